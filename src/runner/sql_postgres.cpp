#include "runner/sql_postgres.hpp"

#include <algorithm>

#include "duck/database.hpp"
#include "runner/sql_postgres_macros.hpp"

namespace fvm::runner {
namespace {

// Relations with rows: their definitions. {user} is replaced.
struct Definition {
  std::string_view name, sql;
};

constexpr Definition views[] = {
    {"fvm_relations",  // tables and views that users may see; a register's table is a view that we made
     "SELECT table_oid AS oid, table_name AS name, schema_oid AS namespace, schema_name AS schema, 'r' AS "
     "kind, "
     "column_count AS columns, temporary, comment, estimated_size AS rows, NULL::VARCHAR AS definition, 0 AS "
     "bytes "
     "FROM duckdb_tables() WHERE NOT internal AND database_name IN (current_database(), 'temp') "
     "AND schema_name NOT LIKE 'fvm!_%' ESCAPE '!' UNION ALL "
     "SELECT v.view_oid, v.view_name, v.schema_oid, v.schema_name, CASE WHEN r.name IS NULL THEN 'v' ELSE "
     "'r' END, "
     "v.column_count, v.temporary, v.comment, coalesce(r.rows, -1), v.sql, coalesce(r.bytes, 0) FROM "
     "duckdb_views() v "
     "LEFT JOIN fvm_catalog.fvm_registers r ON r.schema = v.schema_name AND r.name = v.view_name "
     "WHERE NOT v.internal AND v.database_name IN (current_database(), 'temp') AND v.schema_name NOT LIKE "
     "'fvm!_%' ESCAPE '!'"},
    {"pg_namespace",
     "SELECT CASE WHEN database_name = 'system' THEN CASE schema_name WHEN 'pg_catalog' THEN 11 ELSE 12 END "
     "ELSE oid END AS oid, CASE WHEN database_name = 'temp' THEN 'pg_temp' ELSE schema_name END AS nspname, "
     "10::BIGINT AS nspowner, NULL::VARCHAR[] AS nspacl, 2615::BIGINT AS tableoid FROM duckdb_schemas() "
     "WHERE (database_name = current_database() AND schema_name <> 'main' AND schema_name NOT LIKE 'fvm!_%' "
     "ESCAPE '!') OR "
     "(database_name = current_database() AND schema_name = 'main' AND "
     "EXISTS (SELECT 1 FROM fvm_catalog.fvm_relations r WHERE r.schema = 'main' AND NOT r.temporary)) "
     "OR (database_name = 'temp' AND schema_name = 'main') "
     "OR (database_name = 'system' AND schema_name IN ('pg_catalog', 'information_schema'))"},
    {"pg_class",
     "SELECT oid, name AS relname, namespace AS relnamespace, 0::BIGINT AS reltype, 0::BIGINT AS reloftype, "
     "10::BIGINT AS relowner, 2::BIGINT AS relam, oid AS relfilenode, 0::BIGINT AS reltablespace, 0 AS "
     "relpages, "
     "rows::REAL AS reltuples, 0 AS relallvisible, 0::BIGINT AS reltoastrelid, false AS relhasindex, "
     "false AS relisshared, CASE WHEN temporary THEN 't' ELSE 'p' END AS relpersistence, kind AS relkind, "
     "columns AS relnatts, 0 AS relchecks, false AS relhasrules, false AS relhastriggers, false AS "
     "relhassubclass, "
     "false AS relrowsecurity, false AS relforcerowsecurity, true AS relispopulated, 'd' AS relreplident, "
     "false AS relispartition, 0::BIGINT AS relrewrite, 0::BIGINT AS relfrozenxid, 0::BIGINT AS relminmxid, "
     "NULL::VARCHAR[] AS relacl, NULL::VARCHAR[] AS reloptions, NULL::VARCHAR AS relpartbound, false AS "
     "relhasoids, "
     "1259::BIGINT AS tableoid "
     "FROM fvm_catalog.fvm_relations"},
    {"pg_attribute",
     "SELECT table_oid AS attrelid, column_name AS attname, fvm_catalog.fvm_type_oid(data_type) AS atttypid, "
     "-1 AS attstattarget, fvm_catalog.fvm_type_bytes(data_type) AS attlen, column_index::INTEGER AS attnum, "
     "0 AS attndims, -1 AS attcacheoff, "
     "CASE WHEN data_type LIKE 'DECIMAL(%' THEN (numeric_precision << 16 | numeric_scale)::INTEGER + 4 ELSE "
     "-1 END "
     "AS atttypmod, true AS attbyval, 'p' AS attstorage, 'i' AS attalign, NOT is_nullable AS attnotnull, "
     "column_default IS NOT NULL AS atthasdef, false AS atthasmissing, '' AS attidentity, '' AS "
     "attgenerated, "
     "false AS attisdropped, true AS attislocal, 0 AS attinhcount, 0::BIGINT AS attcollation, "
     "'' AS attcompression, NULL::VARCHAR[] AS attacl, NULL::VARCHAR[] AS attoptions, "
     "NULL::VARCHAR[] AS attfdwoptions, NULL::VARCHAR AS attmissingval, comment AS fvm_comment "
     "FROM duckdb_columns() WHERE NOT internal AND database_name IN (current_database(), 'temp') "
     "AND schema_name NOT LIKE 'fvm!_%' ESCAPE '!'"},
    {"pg_attrdef",
     "SELECT table_oid * 2000 + column_index AS oid, table_oid AS adrelid, column_index::INTEGER AS adnum, "
     "column_default AS adbin FROM duckdb_columns() WHERE NOT internal AND column_default IS NOT NULL "
     "AND database_name IN (current_database(), 'temp') AND schema_name NOT LIKE 'fvm!_%' ESCAPE '!'"},
    {"pg_description",
     "SELECT oid AS objoid, 1259::BIGINT AS classoid, 0 AS objsubid, comment AS description "
     "FROM fvm_catalog.fvm_relations WHERE comment IS NOT NULL UNION ALL "
     "SELECT attrelid, 1259, attnum, fvm_comment FROM fvm_catalog.pg_attribute WHERE fvm_comment IS NOT "
     "NULL"},
    {"pg_tables",
     "SELECT n.nspname AS schemaname, r.name AS tablename, '{user}' AS tableowner, NULL::VARCHAR AS "
     "tablespace, "
     "false AS hasindexes, false AS hasrules, false AS hastriggers, false AS rowsecurity "
     "FROM fvm_catalog.fvm_relations r JOIN fvm_catalog.pg_namespace n ON n.oid = r.namespace WHERE r.kind = "
     "'r'"},
    {"pg_views",
     "SELECT n.nspname AS schemaname, r.name AS viewname, '{user}' AS viewowner, r.definition "
     "FROM fvm_catalog.fvm_relations r JOIN fvm_catalog.pg_namespace n ON n.oid = r.namespace WHERE r.kind = "
     "'v'"},
    {"pg_type",
     "SELECT oid, typname, 11::BIGINT AS typnamespace, "
     "10::BIGINT AS typowner, typlen, typlen BETWEEN 1 AND 8 AS typbyval, 'b' AS typtype, typcategory, "
     "false AS typispreferred, true AS typisdefined, ',' AS typdelim, 0::BIGINT AS typrelid, typelem, "
     "typarray, "
     "typname || 'in' AS typinput, typname || 'out' AS typoutput, typname || 'recv' AS typreceive, "
     "typname || 'send' AS typsend, '-' AS typmodin, '-' AS typmodout, '-' AS typanalyze, 'i' AS typalign, "
     "'p' AS typstorage, false AS typnotnull, 0::BIGINT AS typbasetype, -1 AS typtypmod, 0 AS typndims, "
     "0::BIGINT AS typcollation, NULL::VARCHAR AS typdefault, NULL::VARCHAR[] AS typacl, 1247::BIGINT AS "
     "tableoid "
     "FROM fvm_catalog.fvm_types"},
    {"pg_database",
     "SELECT 1::BIGINT AS oid, current_database() AS datname, 10::BIGINT AS datdba, 6 AS encoding, 'c' AS "
     "datlocprovider, false AS datistemplate, true AS datallowconn, -1 AS datconnlimit, 0::BIGINT AS "
     "dattablespace, "
     "'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype, NULL::VARCHAR AS daticulocale, NULL::VARCHAR AS "
     "datcollversion, NULL::VARCHAR[] AS datacl"},
    {"pg_roles",
     "SELECT 10::BIGINT AS oid, '{user}' AS rolname, false AS rolsuper, true AS rolinherit, false AS "
     "rolcreaterole, "
     "false AS rolcreatedb, true AS rolcanlogin, false AS rolreplication, -1 AS rolconnlimit, '********' AS "
     "rolpassword, NULL::TIMESTAMP AS rolvaliduntil, false AS rolbypassrls, NULL::VARCHAR[] AS rolconfig"},
    {"pg_user",
     "SELECT '{user}' AS usename, 10::BIGINT AS usesysid, false AS usecreatedb, false AS usesuper, false AS "
     "userepl, "
     "false AS usebypassrls, '********' AS passwd, NULL::TIMESTAMP AS valuntil, NULL::VARCHAR[] AS "
     "useconfig"},
    {"pg_am", "SELECT 2::BIGINT AS oid, 'heap' AS amname, '-' AS amhandler, 't' AS amtype"},
    {"pg_tablespace",
     "SELECT 1663::BIGINT AS oid, 'pg_default' AS spcname, 10::BIGINT AS spcowner, NULL::VARCHAR[] AS "
     "spcacl, "
     "NULL::VARCHAR[] AS spcoptions"},
    {"pg_collation",
     "SELECT 100::BIGINT AS oid, 'default' AS collname, 11::BIGINT AS collnamespace, 10::BIGINT AS "
     "collowner, "
     "'d' AS collprovider, true AS collisdeterministic, -1 AS collencoding, NULL::VARCHAR AS collcollate, "
     "NULL::VARCHAR AS collctype, NULL::VARCHAR AS colliculocale, NULL::VARCHAR AS collversion"},
};

// Relations that are empty here: their columns, all that psql names. b: BOOLEAN, i: BIGINT, n: INTEGER,
// a: VARCHAR[], l: BIGINT[],
// t: VARCHAR.
constexpr Definition empty_views[] = {
    {"pg_aggregate", "i aggfnoid t aggkind"},
    {"pg_amop",
     "i oid i amopfamily i amoplefttype i amoprighttype n amopstrategy t amoppurpose i amopopr i amopmethod "
     "i amopsortfamily"},
    {"pg_amproc", "i oid i amprocfamily i amproclefttype i amprocrighttype n amprocnum i amproc"},
    {"pg_auth_members", "i roleid i member i grantor b admin_option"},
    {"pg_cast", "i oid i castsource i casttarget i castfunc t castcontext t castmethod"},
    {"pg_constraint",
     "i oid t conname i connamespace t contype b condeferrable b condeferred b convalidated i conrelid i "
     "contypid "
     "i conindid i conparentid i confrelid t confupdtype t confdeltype t confmatchtype b conislocal n "
     "coninhcount "
     "b connoinherit a conkey a confkey a conpfeqop a conppeqop a conffeqop a conexclop t conbin"},
    {"pg_conversion", "i oid t conname i connamespace i conforencoding i contoencoding b condefault"},
    {"pg_db_role_setting", "i setdatabase i setrole a setconfig"},
    {"pg_default_acl", "i oid i defaclrole i defaclnamespace t defaclobjtype a defaclacl"},
    {"pg_depend", "i classid i objid n objsubid i refclassid i refobjid n refobjsubid t deptype"},
    {"pg_enum", "i oid i enumtypid n enumsortorder t enumlabel"},
    {"pg_event_trigger", "i oid t evtname t evtevent i evtowner i evtfoid t evtenabled a evttags"},
    {"pg_extension",
     "i oid t extname i extowner i extnamespace b extrelocatable t extversion a extconfig a extcondition"},
    {"pg_foreign_data_wrapper",
     "i oid t fdwname i fdwowner i fdwhandler i fdwvalidator a fdwacl a fdwoptions"},
    {"pg_foreign_server", "i oid t srvname i srvowner i srvfdw t srvtype t srvversion a srvacl a srvoptions"},
    {"pg_foreign_table", "i ftrelid i ftserver a ftoptions"},
    {"pg_index",
     "i indexrelid i indrelid n indnatts n indnkeyatts b indisunique b indnullsnotdistinct b indisprimary b "
     "indisexclusion b indimmediate b indisclustered b indisvalid b indcheckxmin b indisready b indislive b "
     "indisreplident a indkey a indcollation a indclass a indoption t indexprs t indpred"},
    {"pg_indexes", "t schemaname t tablename t indexname t tablespace t indexdef"},
    {"pg_inherits", "i inhrelid i inhparent n inhseqno b inhdetachpending"},
    {"pg_language",
     "i oid t lanname i lanowner b lanispl b lanpltrusted i lanplcallfoid i laninline i lanvalidator a "
     "lanacl"},
    {"pg_largeobject_metadata", "i oid i lomowner a lomacl"},
    {"pg_matviews",
     "t schemaname t matviewname t matviewowner t tablespace b hasindexes b ispopulated t definition"},
    {"pg_opclass",
     "i oid i opcmethod t opcname i opcnamespace i opcowner i opcfamily i opcintype b opcdefault i "
     "opckeytype"},
    {"pg_operator",
     "i oid t oprname i oprnamespace i oprowner t oprkind i oprleft i oprright i oprresult i oprcode"},
    {"pg_opfamily", "i oid i opfmethod t opfname i opfnamespace i opfowner"},
    {"pg_parameter_acl", "i oid t parname a paracl"},
    {"pg_partitioned_table", "i partrelid t partstrat n partnatts i partdefid"},
    {"pg_policy", "i oid t polname i polrelid t polcmd b polpermissive l polroles t polqual t polwithcheck"},
    {"pg_proc",
     "i oid t proname i pronamespace i proowner i prolang t prokind b prosecdef b proleakproof b proisstrict "
     "b "
     "proretset t provolatile t proparallel n pronargs i prorettype a proargtypes a proallargtypes a "
     "proargmodes a "
     "proargnames t prosrc t probin a proacl a proconfig b proisagg i provariadic"},
    {"pg_publication",
     "i oid t pubname i pubowner b puballtables b pubinsert b pubupdate b pubdelete b pubtruncate b "
     "pubviaroot"},
    {"pg_publication_namespace", "i oid i pnpubid i pnnspid"},
    {"pg_publication_rel", "i oid i prpubid i prrelid t prqual a prattrs"},
    {"pg_range", "i rngtypid i rngsubtype i rngmultitypid i rngcollation i rngsubopc"},
    {"pg_rewrite", "i oid t rulename i ev_class t ev_type t ev_enabled b is_instead t ev_qual t ev_action"},
    {"pg_rules", "t schemaname t tablename t rulename t definition"},
    {"pg_seclabel", "i objoid i classoid n objsubid t provider t label"},
    {"pg_sequence",
     "i seqrelid i seqtypid i seqstart i seqincrement i seqmax i seqmin i seqcache b seqcycle"},
    {"pg_settings",
     "t name t setting t unit t category t short_desc t extra_desc t context t vartype t source t min_val t "
     "max_val "
     "a enumvals t boot_val t reset_val t sourcefile n sourceline b pending_restart"},
    {"pg_shdescription", "i objoid i classoid t description"},
    {"pg_stat_activity", "i datid t datname n pid t usename t application_name t state t query"},
    {"pg_statistic_ext",
     "i oid i stxrelid t stxname i stxnamespace i stxowner n stxstattarget a stxkeys a stxkind t stxexprs"},
    {"pg_subscription", "i oid i subdbid t subname i subowner b subenabled a subpublications t subconninfo"},
    {"pg_transform", "i oid i trftype i trflang"},
    {"pg_trigger",
     "i oid i tgrelid i tgparentid t tgname i tgfoid n tgtype t tgenabled b tgisinternal i tgconstrrelid i "
     "tgconstrindid i tgconstraint b tgdeferrable b tginitdeferred n tgnargs t tgqual"},
    {"pg_ts_config", "i oid t cfgname i cfgnamespace i cfgowner i cfgparser"},
    {"pg_ts_dict", "i oid t dictname i dictnamespace i dictowner i dicttemplate t dictinitoption"},
    {"pg_ts_parser", "i oid t prsname i prsnamespace"},
    {"pg_ts_template", "i oid t tmplname i tmplnamespace"},
    {"pg_user_mapping", "i oid i umuser i umserver a umoptions"},
    {"pg_user_mappings", "i umid i srvid t srvname i umuser t usename a umoptions"},
};

constexpr std::string_view tables =
    "CREATE SCHEMA IF NOT EXISTS fvm_catalog;"
    "CREATE TABLE IF NOT EXISTS fvm_catalog.fvm_registers(schema VARCHAR, name VARCHAR, rows BIGINT, bytes "
    "BIGINT);"
    "CREATE TABLE fvm_catalog.fvm_types AS SELECT * FROM (VALUES "
    "(16::BIGINT, 'bool', 'boolean', 1, 'B', 0::BIGINT, 1000::BIGINT), (17, 'bytea', 'bytea', -1, 'U', 0, "
    "1001), "
    "(18, 'char', '\"char\"', 1, 'Z', 0, 1002), (19, 'name', 'name', 64, 'S', 0, 1003), "
    "(20, 'int8', 'bigint', 8, 'N', 0, 1016), (21, 'int2', 'smallint', 2, 'N', 0, 1005), "
    "(23, 'int4', 'integer', 4, 'N', 0, 1007), (25, 'text', 'text', -1, 'S', 0, 1009), "
    "(26, 'oid', 'oid', 4, 'N', 0, 1028), (114, 'json', 'json', -1, 'U', 0, 199), "
    "(700, 'float4', 'real', 4, 'N', 0, 1021), (701, 'float8', 'double precision', 8, 'N', 0, 1022), "
    "(705, 'unknown', 'unknown', -2, 'X', 0, 0), (1042, 'bpchar', 'character', -1, 'S', 0, 1014), "
    "(1043, 'varchar', 'character varying', -1, 'S', 0, 1015), (1082, 'date', 'date', 4, 'D', 0, 1182), "
    "(1083, 'time', 'time without time zone', 8, 'D', 0, 1183), "
    "(1114, 'timestamp', 'timestamp without time zone', 8, 'D', 0, 1115), "
    "(1184, 'timestamptz', 'timestamp with time zone', 8, 'D', 0, 1185), "
    "(1186, 'interval', 'interval', 16, 'T', 0, 1187), (1700, 'numeric', 'numeric', -1, 'N', 0, 1231), "
    "(2950, 'uuid', 'uuid', 16, 'U', 0, 2951), (1000, '_bool', 'boolean[]', -1, 'A', 16, 0), "
    "(1005, '_int2', 'smallint[]', -1, 'A', 21, 0), (1007, '_int4', 'integer[]', -1, 'A', 23, 0), "
    "(1009, '_text', 'text[]', -1, 'A', 25, 0), (1016, '_int8', 'bigint[]', -1, 'A', 20, 0), "
    "(1022, '_float8', 'double precision[]', -1, 'A', 701, 0)) "
    "v(oid, typname, sqlname, typlen, typcategory, typelem, typarray)";

// information_schema without what is ours.
constexpr std::string_view information =
    "CREATE SCHEMA fvm_information;"
    "CREATE VIEW fvm_information.tables AS SELECT * FROM information_schema.tables WHERE table_catalog IN "
    "(current_database(), 'temp') AND table_schema NOT LIKE 'fvm!_%' ESCAPE '!';"
    "CREATE VIEW fvm_information.columns AS SELECT * FROM information_schema.columns WHERE table_catalog IN "
    "(current_database(), 'temp') AND table_schema NOT LIKE 'fvm!_%' ESCAPE '!';"
    "CREATE VIEW fvm_information.schemata AS SELECT * FROM information_schema.schemata WHERE catalog_name IN "
    "(current_database(), 'temp') AND schema_name NOT LIKE 'fvm!_%' ESCAPE '!';";

std::string filled(std::string_view text, const std::string& user, const std::string& version) {
  std::string out(text);
  const auto replace = [&](std::string_view place, const std::string& value) {
    for (size_t at = out.find(place); at != std::string::npos; at = out.find(place, at + value.size()))
      out.replace(at, place.size(), value);
  };
  const auto escaped = [](const std::string& value) {
    const auto quoted = duck::quote_text(value);
    return quoted.substr(1, quoted.size() - 2);
  };
  replace("{user}", escaped(user));
  replace("{version}", escaped(version));
  return out;
}

std::string empty_view(const Definition& view) {
  std::string columns;
  std::string_view rest = view.sql;
  while (rest.size() > 2) {
    const char letter = rest[0];
    const auto name = rest.substr(2, rest.find(' ', 2) - 2);
    rest.remove_prefix(std::min(rest.size(), name.size() + 3));
    const char* type = letter == 'i'   ? "BIGINT"
                       : letter == 'n' ? "INTEGER"
                       : letter == 'b' ? "BOOLEAN"
                       : letter == 'a' ? "VARCHAR[]"
                       : letter == 'l' ? "BIGINT[]"
                                       : "VARCHAR";
    columns += (columns.empty() ? "NULL::" : ", NULL::") + std::string(type) + " AS " + std::string(name);
  }
  return "SELECT " + columns + ", NULL::BIGINT AS tableoid WHERE false";
}

template <size_t count>
bool has(const Definition (&list)[count], std::string_view name) {
  return std::any_of(std::begin(list), std::end(list), [&](const auto& one) { return one.name == name; });
}

}  // namespace

Result<void> make_postgres_catalogue(duck::Connection& connection, const std::string& user,
                                     const std::string& version) {
  std::string script = filled(tables, user, version) + ";";
  const auto add_view = [&](std::string_view name, const std::string& body) {
    script += "CREATE VIEW fvm_catalog." + std::string(name) + " AS " + body + ";";
  };
  const auto add_macro = [&](const Macro& macro) {
    script +=
        "CREATE MACRO fvm_catalog." + std::string(macro.name) + filled(macro.variants, user, version) + ";";
  };
  const auto macros = postgres_macros();
  add_macro(macros[0]);  // what views need
  add_macro(macros[1]);
  for (const auto& view : views) add_view(view.name, filled(view.sql, user, version));
  for (const auto& view : empty_views) add_view(view.name, empty_view(view));
  for (size_t i = 2; i < macros.size(); ++i) add_macro(macros[i]);
  script += information;
  return connection.each_statement(script, [](duck::Statement& statement) -> Result<void> {
    TRY(statement.execute());
    return {};
  });
}

bool is_catalogue_relation(std::string_view name) {
  return has(views, name) || has(empty_views, name);
}

bool is_catalogue_function(std::string_view name) {
  const auto macros = postgres_macros();
  return std::any_of(macros.begin(), macros.end(), [&](const auto& one) { return one.name == name; });
}

}  // namespace fvm::runner
