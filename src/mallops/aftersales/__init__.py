"""After-sales: what a return or a cancellation gives back, and until when."""
