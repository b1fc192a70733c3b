"""Words of planning: needs, who may be appointed, places, coverage."""
