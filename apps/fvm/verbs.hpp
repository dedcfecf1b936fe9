// The verbs of `fvm`, one file each; main.cpp adds them in this order.
#pragma once

namespace fvm::cli {

class Verb;
struct Context;

void add_init(Verb& app, Context& context);         // init
void add_up(Verb& app, Context& context);           // up, down, status
void add_synth(Verb& app, Context& context);        // synth
void add_catalogue(Verb& app, Context& context);    // catalogue import | show | order-sheet
void add_deliver(Verb& app, Context& context);      // deliver
void add_delivery(Verb& app, Context& context);     // delivery list | take | refuse
void add_mirror(Verb& app, Context& context);       // mirror versions | freshness | verify | compact
void add_application(Verb& app, Context& context);  // application
void add_application_check(Verb& application, Context& context);  // application check
void add_mailbox(Verb& application, Context& context);            // application receive, application mail …
void add_identity(Verb& app,
                  Context& context);  // institution, user: accounts until the portal has pages for them
void add_desk(Verb& app, Context& context);               // desk list | confirm | forget
void add_login(Verb& user, Context& context);             // user code | show | sessions …
void add_project(Verb& app, Context& context);            // project create | build | refresh | show | close
void add_project_check(Verb& project, Context& context);  // project check
void add_session(Verb& app, Context& context);            // session, sql
void add_rules(Verb& app, Context& context);              // rules show
void add_table(Verb& app, Context& context);              // table, survival
void add_ledger(Verb& app, Context& context);             // ledger show | recall | verify
void add_release(Verb& app,
                 Context& context);  // release stage | send | list | show | review | recall | sample
void add_spotcheck(Verb& app,
                   Context& context);  // spotcheck list | close | finding | draw | periods | verify
void add_release_sample(Verb& release, Context& context);  // release sample: as spotcheck draw
void add_sanction(Verb& app, Context& context);  // sanction report | assess | close | decide | appeal …
void add_selftest(Verb& app, Context& context);  // selftest
void add_audit(Verb& app, Context& context);     // audit verify | export | tail

}  // namespace fvm::cli
