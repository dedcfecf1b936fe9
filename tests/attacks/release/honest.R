# Outputs as analysts make them in R: aggregated, none of less than five persons. Rscript honest.R FOLDER
out <- commandArgs(TRUE)[1]
put <- function(name) file.path(out, name)
set.seed(20261128)
n <- 24000
d <- data.frame(
  koen = sample(c("Mand", "Kvinde"), n, TRUE), alder = pmin(pmax(round(rnorm(n, 55, 16)), 18), 100), region = sample(c("Hovedstaden", "Sjælland", "Syddanmark", "Midtjylland", "Nordjylland"), n, TRUE),
  aar = sample(2018:2024, n, TRUE), diabetes = rbinom(n, 1, 0.12), bmi = round(rnorm(n, 26, 4), 1), dage = rexp(n, 1 / 900))
d$gruppe <- cut(d$alder, c(17, 39, 59, 79, 120), labels = c("18-39", "40-59", "60-79", "80+"))
d$doed <- rbinom(n, 1, plogis(-5 + 0.05 * d$alder + 0.6 * d$diabetes))
counts <- function(...) { t <- as.data.frame(table(...)); names(t)[ncol(t)] <- "antal"; t[t$antal >= 5, ] }
pct <- function(x) round(100 * x)

# counts and shares
write.csv2(counts(koen = d$koen), put("r_koen.csv"), row.names = FALSE, fileEncoding = "UTF-8")
write.csv2(counts(region = d$region, aar = d$aar), put("r_region_aar.csv"), row.names = FALSE)
write.csv(counts(gruppe = d$gruppe, koen = d$koen), put("r_gruppe_koen.csv"), row.names = FALSE)
write.csv(counts(region = d$region, gruppe = d$gruppe, diabetes = d$diabetes), put("r_tre.csv"), quote = FALSE)
write.table(counts(aar = d$aar), put("r_aar.tsv"), sep = "\t", row.names = FALSE, quote = FALSE)
write.table(xtabs(~ region + aar, d), put("r_bred.txt"), quote = FALSE)
capture.output(print(xtabs(~ region + koen, d)), file = put("r_krydstabel.txt"))
capture.output(ftable(xtabs(~ region + koen + gruppe, d)), file = put("r_ftable.txt"))
for (r in unique(d$region)) write.csv2(counts(aar = d$aar[d$region == r]), put(paste0("r_aar_", tolower(gsub("æ", "ae", r)), ".csv")), row.names = FALSE)
for (r in unique(d$region)) write.csv(counts(gruppe = d$gruppe[d$region == r], koen = d$koen[d$region == r]), put(paste0("r_gruppe_", tolower(gsub("æ", "ae", r)), ".csv")), row.names = FALSE, quote = FALSE)
for (y in 2020:2023) write.csv2(counts(region = d$region[d$aar == y]), put(paste0("r_region_", y, ".csv")), row.names = FALSE)
share <- aggregate(diabetes ~ region, d, function(x) c(n = length(x), andel = pct(mean(x))))
write.csv2(data.frame(region = share$region, personer = share$diabetes[, 1], andel_pct = share$diabetes[, 2]), put("r_andel.csv"), row.names = FALSE)
one <- sapply(split(d, d$diabetes), function(x) c(sprintf("%d", nrow(x)), sprintf("%d (%d %%)", sum(x$koen == "Mand"), pct(mean(x$koen == "Mand"))), sprintf("%.1f (%.1f)", mean(x$alder), sd(x$alder)), sprintf("%.1f [%.1f-%.1f]", median(x$bmi), quantile(x$bmi, .25), quantile(x$bmi, .75))))
write.csv2(data.frame(variabel = c("N", "Mænd, n (%)", "Alder, gns. (SD)", "BMI, median [IQR]"), uden = one[, 1], med = one[, 2]), put("r_tabel1.csv"), row.names = FALSE)
write.csv(data.frame(group = levels(d$gruppe), events = tapply(d$doed, d$gruppe, sum), py = round(tapply(d$dage, d$gruppe, sum) / 365), rate = round(1000 * tapply(d$doed, d$gruppe, sum) / (tapply(d$dage, d$gruppe, sum) / 365), 1)), put("r_rater.csv"), row.names = FALSE)
std <- aggregate(cbind(bmi, alder) ~ region + koen, d, function(x) round(c(n = length(x), mean = mean(x), sd = sd(x)), 2))
write.csv(do.call(data.frame, std), put("r_gennemsnit.csv"), row.names = FALSE)
q <- t(sapply(split(d$bmi, d$region), quantile, c(.25, .5, .75)))
write.csv(data.frame(region = rownames(q), n = as.vector(table(d$region)), p25 = q[, 1], median = q[, 2], p75 = q[, 3]), put("r_kvartiler.csv"), row.names = FALSE)

# models
m1 <- lm(bmi ~ alder + koen + region, d); m2 <- glm(doed ~ alder + diabetes + koen, binomial, d); m3 <- glm(doed ~ gruppe + offset(log(dage)), poisson, d)
write.csv(round(coef(summary(m1)), 4), put("r_lm.csv")); write.csv2(round(coef(summary(m2)), 4), put("r_logit.csv"))
ci <- exp(cbind(OR = coef(m2), confint.default(m2))); write.csv(data.frame(term = rownames(ci), round(ci, 2), p = signif(coef(summary(m2))[, 4], 2)), put("r_or.csv"), row.names = FALSE)
for (m in list(list("lm", m1), list("logit", m2), list("poisson", m3))) capture.output(summary(m[[2]]), file = put(paste0("r_summary_", m[[1]], ".log")))
capture.output(anova(m1), file = put("r_anova.log")); capture.output(print(m2), file = put("r_print.log")); capture.output(t.test(bmi ~ koen, d), file = put("r_t.log"))
capture.output(chisq.test(table(d$koen, d$diabetes)), file = put("r_chi.log")); capture.output(wilcox.test(bmi ~ koen, d), file = put("r_wilcox.log")); capture.output(cor(d[c("alder", "bmi", "dage")]), file = put("r_cor.log"))
capture.output(aggregate(bmi ~ region, d, function(x) round(mean(x), 2)), file = put("r_aggregate.log"))
library(survival)
cox <- coxph(Surv(dage, doed) ~ alder + koen + diabetes, d); capture.output(summary(cox), file = put("r_cox.log")); capture.output(cox.zph(cox), file = put("r_zph.log"))
km <- summary(survfit(Surv(dage, doed) ~ diabetes, d), times = c(0, 365, 730, 1095, 1460)); keep <- km$time == 0 | km$n.event >= 5
write.csv(data.frame(strata = km$strata, days = km$time, n.risk = km$n.risk, n.event = km$n.event, survival = round(km$surv, 2))[keep & km$n.risk >= 5, ], put("r_km.csv"), row.names = FALSE)
capture.output(survdiff(Surv(dage, doed) ~ koen, d), file = put("r_logrank.log")); capture.output(sessionInfo(), file = put("r_session.log"))

# pages and notes
html <- function(t) paste0("<table><tr><th>", paste(names(t), collapse = "</th><th>"), "</th></tr>", paste(apply(t, 1, function(r) paste0("<tr><td>", paste(trimws(r), collapse = "</td><td>"), "</td></tr>")), collapse = "\n"), "</table>")
markdown <- function(t) paste(c(paste("|", paste(names(t), collapse = " | "), "|"), paste0("|", strrep("---|", ncol(t))), apply(t, 1, function(r) paste("|", paste(trimws(r), collapse = " | "), "|"))), collapse = "\n")
for (v in c("region", "gruppe", "koen")) {
  t <- counts(d[[v]]); names(t)[1] <- v
  writeLines(c("<!DOCTYPE html><html><head><meta charset='utf-8'><title>Tabel</title></head><body><h1>Antal personer</h1>", html(t), "</body></html>"), put(paste0("r_", v, ".html")))
  writeLines(c("# Antal personer", "", markdown(t), "", "Kilde: projektets population, 2018-2024."), put(paste0("r_", v, ".md")))
}

# figures
draw <- function() { par(mfrow = c(1, 1)); barplot(table(d$region), las = 2, main = "Personer efter region") }
png(put("r_soejler.png"), 600, 400); draw(); invisible(dev.off()); svg(put("r_soejler.svg")); draw(); invisible(dev.off()); pdf(put("r_soejler.pdf")); draw(); invisible(dev.off()); jpeg(put("r_soejler.jpg")); draw(); invisible(dev.off())
png(put("r_km.png"), type = "cairo"); plot(c(0, 365, 730, 1095), c(1, .9, .8, .7), type = "s"); invisible(dev.off()); cairo_pdf(put("r_km.pdf")); plot(c(0, 365, 730), c(1, .9, .8), type = "s"); invisible(dev.off())
