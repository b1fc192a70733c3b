"""Files of elections: EML_NL, and the stations standard 1.7."""
