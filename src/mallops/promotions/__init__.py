"""The promotion engine: which promotions a cart gets, and what every unit then costs."""
