"""Raw artifacts to Parquet tables: every sample, in bounded memory."""
