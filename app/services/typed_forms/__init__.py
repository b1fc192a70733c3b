"""What was typed in a form is not lost when it could not be carried out, and is not carried out twice."""
