"""The toolbox of the house: small modules without tables that any app may import."""
