// project create | amend | build | refresh | show | list | member add | member remove; the rest in
// project_end.cpp.
#include <unistd.h>

#include <boost/json.hpp>
#include <memory>

#include "agreement/service.hpp"
#include "enclave/service.hpp"
#include "extract/ending.hpp"
#include "extract/refresh.hpp"
#include "extract/service.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/project_end.hpp"
#include "fvm/project_show.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "identity/service.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct ProjectFlags {
  std::string file, number, user;
  bool all = false, origins = false;
};

// Exit code of a specification that cannot be built: bad input before broken rules.
int code_of(const std::vector<extract::Finding>& findings) {
  int code = static_cast<int>(Kind::refused);
  for (const extract::Finding& finding : findings) {
    const bool blocks = finding.weight == extract::Finding::Weight::blocks;
    if (blocks && finding.error.kind == Kind::usage) code = static_cast<int>(Kind::usage);
  }
  return code;
}

enum class Make { create, amend };

Result<int> make(const Context& context, const ProjectFlags& flags, Make what) {
  const auto services = TRY(open_services(context));
  const auto setting = setting_of(context, services);
  const auto file = TRY(extract::read_specification_file(setting, flags.file));
  for (const extract::Finding& finding : file.reading.findings) {
    std::fprintf(stderr, "%s\n", extract::describe(context.language, finding).c_str());
  }
  if (!file.reading.specification) {
    if (context.json) print(json::serialize(findings_json(context.language, file.reading.findings)));
    return code_of(file.reading.findings);
  }
  TRY(agreement::may_be_made_by_hand(services.database(), file.reading.specification->number));
  const auto created = TRY(what == Make::create ? extract::create_project(setting, file)
                                                : extract::amend_project(setting, file));
  if (context.json) {
    print(json::serialize(
        json::object{{"project", created.number},
                     {"already", created.already},
                     {"supplied_persons", created.supplied_persons},
                     {"supplied_lines", created.supplied_lines},
                     {"supplied_duplicates", created.supplied_duplicates},
                     {"findings", findings_json(context.language, file.reading.findings).at("findings")}}));
  } else {
    if (created.supplied_lines > 0) {
      say(context, "project.supplied_taken",
          {{"lines", std::to_string(created.supplied_lines)},
           {"persons", std::to_string(created.supplied_persons)},
           {"duplicates", std::to_string(created.supplied_duplicates)}});
    }
    const char* said = what == Make::create ? "project.is_created" : "project.is_amended";
    say(context, created.already ? "project.was_there" : said, {{"name", created.number}});
  }
  return 0;
}

Result<int> create(const Context& context, const ProjectFlags& flags) {
  return make(context, flags, Make::create);
}
Result<int> amend(const Context& context, const ProjectFlags& flags) {
  return make(context, flags, Make::amend);
}

void report(const Context& context, const std::string& number, const extract::Built& built) {
  if (context.json) return print(json::serialize(built_json(number, built)));
  if (built.groups_too_large > 0) {
    say(context, "project.numbers_apart", {{"count", std::to_string(built.groups_too_large)}});
  }
  if (built.controls > 0 || built.cases_short > 0) {
    say(context, "project.controls_found",
        {{"count", std::to_string(built.controls)}, {"short", std::to_string(built.cases_short)}});
  }
  if (built.supplied_unknown > 0) {
    say(context, "project.supplied_unknown", {{"count", std::to_string(built.supplied_unknown)}});
  }
  say(context, built.up_to_date ? "project.up_to_date" : "project.is_built",
      {{"name", number},
       {"version", std::to_string(built.version)},
       {"persons", std::to_string(built.persons)},
       {"rows", std::to_string(built.rows)},
       {"rows_read", std::to_string(built.rows_read)},
       {"seconds", seconds_text(built.seconds)}});
}

// The version after an amendment may have taken something away from somebody who is at work.
Result<void> build_one(const Context& context, const Services& services, const std::string& number,
                       extract::When when) {
  report(context, number, TRY(extract::build_project(setting_of(context, services), number, when)));
  TRY(enclave::end_disallowed(context.world, *services.ledger, services.instance, context.user));
  return {};
}

Result<void> build(const Context& context, const ProjectFlags& flags) {
  return build_one(context, TRY(open_services(context)), flags.number, extract::When::always);
}

// One that fails does not keep the others from being refreshed; the worst exit code is returned.
Result<int> refresh_all(const Context& context, const extract::Setting& setting) {
  int code = 0;
  const extract::Refreshing refreshing{
      .open_ledger = [&] { return open_ledger(context, setting.instance); },
      .on_project =
          [&](const std::string& number, const Result<extract::Built>& built) {
            if (built.ok()) return report(context, number, *built);
            std::fprintf(stderr, "%s: %s\n", number.c_str(),
                         describe(context.language, built.error()).c_str());
            code = std::max(code, static_cast<int>(built.error().kind));
          }};
  TRY(extract::refresh_stale(setting, refreshing));
  return code;
}

Result<int> refresh(const Context& context, const ProjectFlags& flags) {
  if (flags.all == !flags.number.empty()) return usage("project.one_or_all");
  const auto services = TRY(open_services(context));
  if (flags.all) return refresh_all(context, setting_of(context, services));
  TRY(build_one(context, services, flags.number, extract::When::if_changed));
  return 0;
}

Result<void> show(const Context& context, const ProjectFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto project = TRY(extract::open_project(services.database(), flags.number));
  Origins origins;
  if (flags.origins) {
    const auto folder = TRY(extract::hold_folder(setting_of(context, services), project.number));
    for (const extract::ProjectTable& table : project.tables) {
      origins[table.schema + "." + table.name] =
          TRY(extract::file_origins(context.world, services.instance, project, table));
    }
  }
  if (!context.json) {
    print_project(context, project);
    print_origins(context, origins);
    return {};
  }
  json::object document = project_json(project);
  if (flags.origins) add_origins(document, origins);
  print(json::serialize(document));
  return {};
}

Result<void> list(const Context& context, const ProjectFlags&) {
  const auto services = TRY(open_services(context));
  json::array all;
  for (const std::string& number : TRY(extract::list_projects(services.database()))) {
    const auto project = TRY(extract::open_project(services.database(), number));
    if (context.json) {
      all.push_back(project_json(project));
    } else {
      print(project.number + "  " + state_text(context.language, project) + "  " + project.title);
    }
  }
  if (context.json) print(json::serialize(json::object{{"projects", std::move(all)}}));
  return {};
}

Result<void> member(const Context& context, const ProjectFlags& flags, bool add) {
  const auto services = TRY(open_services(context));
  const auto project = TRY(extract::open_project(services.database(), flags.number));
  if (add && project.state == extract::State::closed)
    return refused("project.closed", {{"name", project.number}});
  if (add) TRY(agreement::may_be_member(services.database(), project.number, flags.user));
  TRY(add ? identity::add_member(*services.ledger, context.user, project.number, flags.user)
          : identity::remove_member(*services.ledger, context.user, project.number, flags.user));
  if (!add) TRY(enclave::end_disallowed(context.world, *services.ledger, services.instance, context.user));
  const auto now = TRY(extract::open_project(services.database(), flags.number));
  if (context.json) {
    print(
        json::serialize(json::object{{"project", now.number}, {"members", project_json(now).at("members")}}));
  } else {
    say(context, add ? "project.member_added" : "project.member_removed",
        {{"name", now.number}, {"user", flags.user}});
  }
  return {};
}

using Flags = std::shared_ptr<ProjectFlags>;

// A verb below `parent` whose body gives its own exit code, or nothing.
template <class Body>
Verb* add_verb(Verb* parent, Context& context, const Flags& flags, const char* name, const char* description,
               const char* example, Body body) {
  Verb* verb = parent->add_subcommand(name, description);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback([&context, flags, body] {
    if constexpr (std::is_same_v<decltype(body(context, *flags)), Result<int>>) {
      run_verb_with_code(context, [&] { return body(context, *flags); });
    } else {
      run_verb(context, [&] { return body(context, *flags); });
    }
  });
  return verb;
}

void add_number(Verb* verb, const Flags& flags) {
  verb->add_option("PROJECT", flags->number, "project number")->required();
}

void add_member_verbs(Verb* project, Context& context, const Flags& flags) {
  Verb* parent = project->add_subcommand("member", "who works in the project");
  parent->require_subcommand(1);
  const auto add = [](const Context& c, const ProjectFlags& f) { return member(c, f, true); };
  const auto remove = [](const Context& c, const ProjectFlags& f) { return member(c, f, false); };
  for (Verb* verb : {add_verb(parent, context, flags, "add", "let an analyst work in the project",
                              "fvm project member add FVM-2026-0017 anna", add),
                     add_verb(parent, context, flags, "remove", "take an analyst out of the project",
                              "fvm project member remove FVM-2026-0017 anna", remove)}) {
    add_number(verb, flags);
    verb->add_option("USER", flags->user, "user name")->required();
  }
}

}  // namespace

extract::Setting setting_of(const Context& context, const Services& services) {
  extract::Setting setting{context.world,    services.instance, services.config,
                           *services.ledger, context.user,      {}};
  if (::isatty(STDERR_FILENO) != 0) {
    setting.on_line = [](std::string_view line) {
      if (line.starts_with("progress "))
        std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size() - 9), line.data() + 9);
    };
  }
  return setting;
}

void add_project(Verb& app, Context& context) {
  const auto flags = std::make_shared<ProjectFlags>();
  Verb* project = app.add_subcommand("project", "projects: access specification, data set, members");
  project->require_subcommand(1);
  add_verb(project, context, flags, "create", "check an access specification and make its project",
           "fvm project create diabetes.toml", create)
      ->add_option("SPECIFICATION", flags->file, "access specification (TOML)")
      ->required();
  add_verb(project, context, flags, "amend",
           "put another specification in the place of a project's; build it afterwards",
           "fvm project amend diabetes.toml", amend)
      ->add_option("SPECIFICATION", flags->file, "access specification (TOML) with the project's number")
      ->required();
  add_number(add_verb(project, context, flags, "build", "build the project's data set from the newest mirror",
                      "fvm project build FVM-2026-0017", build),
             flags);
  Verb* again = add_verb(project, context, flags, "refresh",
                         "bring the data set up to the mirror as it is now: costs what has changed",
                         "fvm project refresh --all", refresh);
  again->add_option("PROJECT", flags->number, "project number");
  again->add_flag("--all", flags->all, "every open project, oldest data first, several at a time");
  Verb* shows = add_verb(project, context, flags, "show", "what the project is, its tables and versions",
                         "fvm project show FVM-2026-0017 --origins", show);
  add_number(shows, flags);
  shows->add_flag("--origins", flags->origins,
                  "each file with the files of the mirror that it was made from");
  add_verb(project, context, flags, "list", "all projects", "fvm project list", list);
  add_project_end(*project, context);
  add_project_usage(*project, context);
  add_project_check(*project, context);
  add_member_verbs(project, context, flags);
}

}  // namespace fvm::cli
