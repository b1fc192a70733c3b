"""The hours that members worked: taken over from the day, confirmed or corrected by the team, and added up."""
