# What sending a file home would lead to: leaves at once, goes to a person, is stopped; and why, cell by cell.
#
#   fvm_outbox()            all that lies in /outbox
#   fvm_outbox("t.xlsx")    one file, or several: then also what they tell together
#
# A data.frame comes back: one row for each finding, one for a file without any. While an answer is pending, so_far says what is known
# already. `wait = FALSE`: as it is now, without waiting up to two seconds for what is still looked at. It gives no right: sending looks again.
fvm_outbox <- function(file = NULL, wait = TRUE, show = TRUE) {
  rows <- in_session(function(con) ask(con, "outbox", list(file = file, wait = if (wait) "yes" else "no")))
  rows <- structure(rows, class = c("fvm_outbox", "data.frame"))
  if (show) print(rows)
  invisible(rows)
}

print.fvm_outbox <- function(x, ...) {
  for (each in split(seq_len(nrow(x)), factor(ifelse(is.na(x$file), "", x$file), unique(ifelse(is.na(x$file), "", x$file))))) {
    file <- x$file[each[1]]
    cat(if (is.na(file)) "" else paste0(file, ": "), x$meaning[each[1]], "\n", sep = "")
    told <- each[!is.na(x$what_to_do[each])]
    if (length(told)) cat(paste0("  [", x$severity[told], "] ", x$what_to_do[told], "\n"), sep = "")
  }
  if (nrow(x) == 0) cat("/outbox: -\n")
  invisible(x)
}
