# The same session from R: purchases of metformin and insulin per year.
library(DBI)
connection <- dbConnect(RPostgreSQL::PostgreSQL(), host = Sys.getenv("PGHOST"), dbname = Sys.getenv("PGDATABASE"), user = Sys.getenv("PGUSER"))
per_year <- dbGetQuery(connection, "
  SELECT date_part('year', eksd) AS aar, count(*) FILTER (WHERE atc LIKE 'A10BA%') AS metformin, count(*) FILTER (WHERE atc LIKE 'A10A%') AS insulin
  FROM lmdb.lmdb GROUP BY 1 ORDER BY 1")
cat(nrow(per_year), "years,", sum(per_year$metformin), "purchases of metformin\n")
invisible(dbDisconnect(connection))
