"""Who stands where: places given, moved, swapped and taken back, each as an act that can be undone."""
