// What the service tells of itself: measured times, results that left, breaches, how to reach it and how
// accessible it is.
#pragma once

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/router.hpp"

namespace fvm::api {

// The measured times and the queue, as a part of a page; empty when they cannot be read.
std::string figures_html(const ServiceFacts& facts, Language language);

// Adds /aabenhed and /en/openness, /tilgaengelighed and /en/accessibility.
void add_openness_page(http::Router& router, const ServiceFacts& facts, const Assets& assets);

}  // namespace fvm::api
