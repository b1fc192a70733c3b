"""What members were trained in, and until when that counts: the results of trainings."""
