"""The routes, a file for each thing that is asked for; each declares who may ask."""
