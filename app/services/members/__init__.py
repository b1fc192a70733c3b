"""Members (leden): their data, who may change which field, the BSN, and lists of them."""
