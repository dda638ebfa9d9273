"""No key file lives here: this package is code, who can read and who signed.

The only importer of ``cryptography`` in the project.
"""
