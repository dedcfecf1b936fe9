# Safe tables from inside a session:
#
#   library(fvmtables)
#   t <- safe_table("SELECT pnr, kommune, koen FROM bef.person", rows = "kommune", columns = "koen", out = "/outbox/t.xlsx")
#
# A data.frame comes back: NA where a number is hidden, and the column mark says so. Its attributes: number (on record), notes.

safe_table <- function(sql, rows, columns = NULL, count = NULL, sum = NULL, mean = NULL, median = NULL, as_of = NULL, out = NULL,
                       percentile = NULL, hierarchy = NULL, unit = NULL, title = NULL, percent = NULL, coarsen = NULL,
                       round = NULL, sd = NULL, min = NULL, max = NULL, ratio = NULL, gini = NULL, mode = NULL, contributor = NULL,
                       show = TRUE) {
  table_of("safe_table", list(sql = sql, rows = rows, columns = columns, count = count, sum = sum, mean = mean, median = median,
                              as_of = as_of, out = places(out), percentile = percentile, hierarchy = hierarchy, unit = unit,
                              title = title, percent = percent, coarsen = coarsen, round = round, sd = sd, min = min, max = max,
                              ratio = ratio, gini = gini, mode = mode, contributor = contributor), show)
}

# Survival curves, one for each value of `by`: one row a step. One row a person in `sql`; `time`: how long she was followed, `event`:
# whether it ended with the event. `width`: bands that are counted in; `until`: whoever is still there then is censored.
safe_survival <- function(sql, time, event, by = NULL, width = NULL, until = NULL, out = NULL, as_of = NULL, unit = NULL, title = NULL,
                          show = TRUE) {
  table_of("safe_survival", list(sql = sql, time = time, event = event, by = by, width = width, until = until,
                                 out = places(out), as_of = as_of, unit = unit, title = title), show)
}

# A regression model: fitted anew by the service from the same SELECT; its figures are told, not those of a fit made here.
#
#   f <- glm(syg ~ alder + factor(kommune), binomial, d)
#   m <- safe_regression("SELECT pnr, syg, alder, kommune FROM lpr.samlet", fit = f)
#   m <- safe_regression(sql, outcome = "syg", terms = "alder, factor(kommune)", family = "binomial")
#
# `fit`, of lm or glm, says what is asked for; its coefficients are held against the released ones, here alone: column own.
safe_regression <- function(sql, outcome = NULL, terms = NULL, family = NULL, out = NULL, as_of = NULL, unit = NULL, title = NULL,
                            fit = NULL, show = TRUE) {
  if (!is.null(fit)) {
    if (is.null(outcome)) outcome <- deparse(stats::formula(fit)[[2]])
    if (is.null(terms)) terms <- attr(stats::terms(fit), "term.labels")
    if (is.null(family)) family <- stats::family(fit)$family
  }
  if (!is.null(terms)) terms <- paste(terms, collapse = ", ")
  model <- table_of("safe_regression", list(sql = sql, outcome = outcome, terms = terms, family = family, out = places(out), as_of = as_of,
                                            unit = unit, title = title), FALSE)
  if (!is.null(fit)) model$own <- own_coefficients(model, stats::coef(fit))
  if (show) print(model)
  invisible(model)
}

# Those of the fit that was handed over, by row: kommune 101 is there called factor(kommune)101 or kommune101.
own_coefficients <- function(model, own) {
  names <- ifelse(model$term == "(constant)", "(Intercept)", paste0(model$term, model$level))
  factors <- paste0("factor(", model$term, ")", model$level)
  unname(ifelse(names %in% names(own), own[names], own[factors]))
}

print.safe_model <- function(x, ...) {
  drawn <- as.data.frame(x)
  numbers <- vapply(drawn, is.numeric, TRUE)
  drawn[numbers] <- lapply(drawn[numbers], function(column) ifelse(is.na(column), "\u2013", format(column, digits = 4, trim = TRUE, drop0trailing = TRUE)))
  print.data.frame(drawn, row.names = FALSE)
  if (!is.null(x$own)) {
    differ <- which(abs(x$own - x$estimate) > 0.51 * x$rounded_to)
    told <- if (length(differ)) paste(x$term[differ], x$level[differ], collapse = ", ") else "none"
    cat("", paste("Coefficients that differ from those of your fit by more than rounding:", told), sep = "\n")
  }
  cat("", attr(x, "notes"), sep = "\n")
  invisible(x)
}

# Nothing in them is hidden either.
print.safe_curves <- print.safe_model

# A plain SELECT … GROUP BY with count(DISTINCT person), sums and means.
safe_group_by <- function(sql, show = TRUE) table_of("safe_group_by", list(sql = sql), show)

# One that was released before; with `out`, the same bytes as then.
safe_table_again <- function(number, out = NULL, show = TRUE) {
  table_of("safe_table_again", list(number = number, out = places(out)), show)
}

# What was released to the project, the oldest first.
safe_tables <- function() in_session(function(con) ask(con, "safe_tables", list()))

# Why a cell, "kommune=101,koen=K", is hidden, and which coarser ones are not.
safe_table_explain <- function(number, cell) {
  in_session(function(con) ask(con, "safe_table_explain", list(number = number, cell = cell)))
}

print.safe_table <- function(x, ...) {
  drawn <- as.data.frame(x)
  hidden <- nzchar(drawn$mark)
  numbers <- vapply(drawn, is.numeric, TRUE)
  drawn[numbers] <- lapply(drawn[numbers], function(column) {
    ifelse(is.na(column), ifelse(hidden, drawn$mark, "\u2013"), format(column, trim = TRUE, scientific = FALSE, drop0trailing = TRUE))
  })
  print.data.frame(drawn[names(drawn) != "mark"], row.names = FALSE)
  cat("", attr(x, "notes"), sep = "\n")
  invisible(x)
}

table_of <- function(procedure, given, show) {
  table <- in_session(function(con) {
    rows <- ask(con, procedure, given)
    notes <- ask(con, "safe_table_notes", list())
    kind <- if ("mark" %in% names(rows)) "safe_table" else if ("at_risk" %in% names(rows)) "safe_curves" else "safe_model"
    structure(rows, class = c(kind, "data.frame"), number = notes$number[1], notes = notes$note)
  })
  if (show) print(table)
  invisible(table)
}

in_session <- function(work) {
  port <- as.integer(Sys.getenv("PGPORT", "5432"))
  con <- DBI::dbConnect(RPostgreSQL::PostgreSQL(), host = Sys.getenv("PGHOST"), port = port, dbname = Sys.getenv("PGDATABASE"),
                        user = Sys.getenv("PGUSER"))
  on.exit(DBI::dbDisconnect(con))
  DBI::dbClearResult(DBI::dbSendQuery(con, "SET client_min_messages = 'warning'"))  # the notes say the same
  work(con)
}

# The driver tells of an error by a warning on standard error and nothing: the server's sentence becomes R's error.
ask <- function(con, procedure, given) {
  given <- Filter(Negate(is.null), given)
  arguments <- paste(names(given), vapply(given, literal, ""), sep = " => ", collapse = ", ")
  failed <- function(...) stop(sub("^.*ERROR: +", "", trimws(DBI::dbGetException(con)$errorMsg)), call. = FALSE)
  sql <- paste0("CALL fvm.", procedure, "(", if (length(given)) arguments, ")")
  answer <- tryCatch(suppressWarnings(DBI::dbGetQuery(con, sql)), error = failed)
  if (is.null(answer) || DBI::dbGetException(con)$errorNum != 0) failed()
  texts <- vapply(answer, is.character, TRUE)
  answer[texts] <- lapply(answer[texts], `Encoding<-`, "UTF-8")
  answer
}

literal <- function(value) {
  quoted <- paste0("'", gsub("'", "''", format(value, scientific = FALSE, trim = TRUE), fixed = TRUE), "'")
  if (length(quoted) == 1) quoted else paste0("ARRAY[", paste(quoted, collapse = ", "), "]")
}

# Files are written by the session's SQL server, whose folder is another.
places <- function(out) if (is.null(out)) NULL else normalizePath(out, mustWork = FALSE)
