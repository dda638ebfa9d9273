"""The HTTP service beside a bare Flask route under the same server, in one run."""
