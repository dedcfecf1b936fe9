// The verbs of `fvm`, one file each; main.cpp adds them in this order.
#pragma once

namespace CLI {
class App;
}

namespace fvm::cli {

struct Context;

void add_init(CLI::App& app, Context& context);             // init
void add_up(CLI::App& app, Context& context);               // up, down, status
void add_synth(CLI::App& app, Context& context);            // synth
void add_catalogue(CLI::App& app, Context& context);        // catalogue import | show | order-sheet
void add_deliver(CLI::App& app, Context& context);          // deliver
void add_mirror(CLI::App& app, Context& context);           // mirror versions | freshness | verify | compact
void add_application(CLI::App& app, Context& context);      // application
void add_mailbox(CLI::App& application, Context& context);  // application receive, application mail …
void add_identity(CLI::App& app,
                  Context& context);  // institution, user: accounts until the portal has pages for them
void add_project(CLI::App& app, Context& context);  // project create | build | refresh | show | close
void add_project_check(CLI::App& project, Context& context);  // project check
void add_session(CLI::App& app, Context& context);            // session, sql
void add_table(CLI::App& app, Context& context);              // table
void add_release(CLI::App& app,
                 Context& context);  // release stage | send | list | show | review | recall | sample
void add_audit(CLI::App& app, Context& context);  // audit verify | export | tail

}  // namespace fvm::cli
