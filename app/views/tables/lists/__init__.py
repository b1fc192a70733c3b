"""Generated lists: searched, sorted and cut into pages, looked at in somebody's own way, exported, acted on."""
