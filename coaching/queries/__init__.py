"""Reads of coaching: free slots, agendas, desks."""
