"""What a patient sees through a check-in link: words in their language, fields, and how their answer is read."""
