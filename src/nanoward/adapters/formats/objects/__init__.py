"""Objects: detections of sensors, conjunction messages, orbits, close approaches, astrometry.

Knows NMEA and AIS, CCSDS KVN and XML, TLE and OMM, JPL's tables, the MPC's 80 columns.
"""
