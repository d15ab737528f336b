"""One family of TFLite operators, one file, found by the driver through its table `OPERATORS`."""
