"""The council's report: one HTML file that opens offline and prints well."""
