"""The workbook of a results folder: the numbers of its tables where planners work with them."""
