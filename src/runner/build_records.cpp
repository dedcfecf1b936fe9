// Have two different keys of records become one? Numbers cannot; other texts are spread by a hash, and two of
// ten million meet with 2 % (crypto/identifier.hpp). Only a build that came by such texts looks, and then at
// all that the project has: a new one may meet one of the year before.
#include "runner/build_steps.hpp"

namespace fvm::runner {

Result<void> check_record_texts(duck::Connection& connection, const BuildDocument& document) {
  TRY(connection.run("CREATE TABLE record_text(packed BIGINT, text VARCHAR)"));
  for (size_t i = 0; i < document.tables.size(); ++i) TRY(add_record_texts(connection, document, i));
  const int64_t met =
      TRY(connection.query_number("SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(DISTINCT text) AS n "
                                  "FROM record_text GROUP BY packed HAVING "
                                  "count(DISTINCT text) > 1)"));
  if (met > 0) return refused("build.record_keys_met", {{"count", std::to_string(met)}});
  return connection.run("DROP TABLE record_text");
}

}  // namespace fvm::runner
