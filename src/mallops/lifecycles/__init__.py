"""State machines that are data: orders, shipments and after-sales cases."""
