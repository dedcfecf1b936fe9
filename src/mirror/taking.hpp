// What is known about a table and one delivery to it, and the steps of deliveries.hpp. Private to this room.
#pragma once

#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "catalogue/types.hpp"
#include "lake/table.hpp"
#include "mirror/deliveries.hpp"
#include "mirror/plan.hpp"
#include "mirror/store.hpp"

namespace fvm::mirror {

class Taking {
 public:
  Taking(World& world, const config::Instance& instance, audit::Ledger& ledger, catalogue::Table table)
      : world_(world),
        instance_(instance),
        ledger_(ledger),
        table_(std::move(table)),
        name_(table_.full_name()),
        lake_(world, instance.mirror_table(table_.register_name, table_.name)) {}
  // Finishes or gives up what a crash left behind.
  Result<void> recover();
  // The number of the delivery that already holds this content, or 0. An append may not bring some files
  // again beside new ones: their rows would be doubled.
  Result<int64_t> already(const Request& request, const std::vector<InputFile>& files);
  // Whether some of these may have come before: only then must they be hashed before anything else.
  Result<bool> may_stand(const std::vector<InputFile>& files);
  Result<void> hashed(int64_t number, const std::vector<InputFile>& files, const std::string& actor);
  Result<int64_t> record(const Request& request, const std::vector<InputFile>& files);
  // The plan is kept: it will be carried out, or (held) an operator decides whether it is.
  Result<void> planned(int64_t number, Status status, Plan& plan, const std::string& actor);
  // What is unusual about it.
  Result<std::vector<Finding>> oddities(const config::Config::Deliver& settings, Mode mode,
                                        const Plan& plan) const;
  Result<void> end(int64_t number, Status status, const Plan& plan, int64_t version,
                   const std::string& actor);
  // Steps 3 to 5; each may have been done before.
  Result<int64_t> finish(int64_t number, Mode mode, const Plan& plan, const std::string& actor);
  Result<void> keep_set_aside(int64_t number, const Plan& plan);
  Result<void> remove_staging(int64_t number) { return world_.remove_tree(staging(number)); }
  Path staging(int64_t number) const { return lake_.folder() / ".staging" / std::to_string(number); }
  const std::string& name() const { return name_; }
  const catalogue::Table& table() const { return table_; }
  const lake::Table& lake() const { return lake_; }
  // Makes the table at its first delivery; takes in new columns of the catalogue. A column that went away or
  // changed its type needs a replace.
  Result<void> prepare(Mode mode);

 private:
  static void add_hashes(const std::vector<InputFile>& files, audit::Event& event);
  Result<int64_t> commit(int64_t number, Mode mode, const Plan& plan, std::vector<lake::File> files);
  World& world_;
  const config::Instance& instance_;
  audit::Ledger& ledger_;
  catalogue::Table table_;
  std::string name_;
  lake::Table lake_;
};

}  // namespace fvm::mirror
