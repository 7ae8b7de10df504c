"""What has happened to malls, each as a rulebook that has the fault, and one that has not."""
