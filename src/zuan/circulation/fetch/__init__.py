"""Reading logs from nodes: who is asked, what an answer must look like, which blocks to ask for at once."""
