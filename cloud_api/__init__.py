"""The receiving side: events, shares and orders in; phone, staff and marketing pages out.

Holds no vision library. Boxes import `cloud_api.contract` and nothing else of it.
"""
