#include "runner/sql_postgres_macros.hpp"

namespace fvm::runner {
namespace {

constexpr Macro list[] = {
    {"fvm_type_oid",
     "(t) AS CASE t WHEN 'BOOLEAN' THEN 16 WHEN 'BLOB' THEN 17 WHEN 'BIGINT' THEN 20 WHEN 'SMALLINT' THEN 21 "
     "WHEN 'TINYINT' THEN 21 WHEN 'UTINYINT' THEN 21 WHEN 'INTEGER' THEN 23 WHEN 'USMALLINT' THEN 23 WHEN "
     "'UINTEGER' "
     "THEN 20 WHEN 'FLOAT' THEN 700 WHEN 'DOUBLE' THEN 701 WHEN 'DATE' THEN 1082 WHEN 'TIME' THEN 1083 WHEN "
     "'TIMESTAMP' THEN 1114 WHEN 'TIMESTAMP_S' THEN 1114 WHEN 'TIMESTAMP_MS' THEN 1114 WHEN 'TIMESTAMP_NS' "
     "THEN 1114 "
     "WHEN 'TIMESTAMP WITH TIME ZONE' THEN 1184 WHEN 'INTERVAL' THEN 1186 WHEN 'HUGEINT' THEN 1700 WHEN "
     "'UHUGEINT' "
     "THEN 1700 WHEN 'UBIGINT' THEN 1700 WHEN 'UUID' THEN 2950 ELSE CASE WHEN t LIKE 'DECIMAL(%' THEN 1700 "
     "ELSE 25 "
     "END END"},
    {"fvm_type_bytes",
     "(t) AS CASE t WHEN 'BOOLEAN' THEN 1 WHEN 'BIGINT' THEN 8 WHEN 'SMALLINT' THEN 2 WHEN 'INTEGER' THEN 4 "
     "WHEN "
     "'FLOAT' THEN 4 WHEN 'DOUBLE' THEN 8 WHEN 'DATE' THEN 4 WHEN 'TIME' THEN 8 WHEN 'TIMESTAMP' THEN 8 ELSE "
     "-1 END"},
    {"format_type",
     "(t, m) AS CASE WHEN t = 1700 AND m > 4 THEN 'numeric(' || ((m - 4) >> 16) || ',' || ((m - 4) & 65535) "
     "|| ')' "
     "ELSE (SELECT fvm_y.sqlname FROM fvm_catalog.fvm_types fvm_y WHERE fvm_y.oid = t) END"},
    {"version", "() AS '{version}'"},
    {"\"current_user\"", "() AS '{user}'"},
    {"\"session_user\"", "() AS '{user}'"},
    {"\"current_role\"", "() AS '{user}'"},
    {"pg_backend_pid", "() AS coalesce(getvariable('fvm_backend_pid'), 0)::INTEGER"},
    {"pg_get_userbyid", "(r) AS '{user}'"},
    {"pg_encoding_to_char", "(e) AS 'UTF8'"},
    {"pg_client_encoding", "() AS 'UTF8'"},
    {"pg_table_is_visible",
     "(o) AS coalesce((SELECT fvm_r.temporary OR list_contains(current_schemas(false), fvm_r.schema) FROM "
     "fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), false)"},
    {"pg_type_is_visible", "(o) AS true"},
    {"pg_function_is_visible", "(o) AS true"},
    {"pg_operator_is_visible", "(o) AS true"},
    {"pg_opclass_is_visible", "(o) AS true"},
    {"pg_opfamily_is_visible", "(o) AS true"},
    {"pg_collation_is_visible", "(o) AS true"},
    {"pg_conversion_is_visible", "(o) AS true"},
    {"pg_statistics_obj_is_visible", "(o) AS true"},
    {"pg_ts_config_is_visible", "(o) AS true"},
    {"pg_ts_dict_is_visible", "(o) AS true"},
    {"pg_ts_parser_is_visible", "(o) AS true"},
    {"pg_ts_template_is_visible", "(o) AS true"},
    {"pg_get_expr", "(e, r) AS e, (e, r, p) AS e"},
    {"pg_get_viewdef",
     "(o) AS (SELECT fvm_r.definition FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o::BIGINT), (o, "
     "p) AS (SELECT "
     "fvm_r.definition FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o::BIGINT)"},
    {"pg_get_indexdef", "(i) AS NULL::VARCHAR, (i, c, p) AS NULL::VARCHAR"},
    {"pg_get_constraintdef", "(o) AS NULL::VARCHAR, (o, p) AS NULL::VARCHAR"},
    {"pg_get_triggerdef", "(o) AS NULL::VARCHAR, (o, p) AS NULL::VARCHAR"},
    {"pg_get_ruledef", "(o) AS NULL::VARCHAR, (o, p) AS NULL::VARCHAR"},
    {"pg_get_partkeydef", "(o) AS NULL::VARCHAR"},
    {"pg_get_partition_constraintdef", "(o) AS NULL::VARCHAR"},
    {"pg_get_statisticsobjdef_columns", "(o) AS NULL::VARCHAR"},
    {"pg_get_statisticsobjdef_expressions", "(o) AS NULL::VARCHAR[]"},
    {"pg_get_function_result", "(o) AS NULL::VARCHAR"},
    {"pg_get_function_arguments", "(o) AS NULL::VARCHAR"},
    {"pg_get_function_identity_arguments", "(o) AS NULL::VARCHAR"},
    {"pg_get_function_sqlbody", "(o) AS NULL::VARCHAR"},
    {"pg_get_functiondef", "(o) AS NULL::VARCHAR"},
    {"pg_get_serial_sequence", "(t, c) AS NULL::VARCHAR"},
    {"pg_relation_is_publishable", "(o) AS false"},
    {"pg_partition_ancestors", "(o) AS NULL::BIGINT"},
    {"pg_tablespace_location", "(o) AS ''"},
    {"pg_tablespace_size", "(o) AS 0::BIGINT"},
    {"pg_char_to_encoding", "(n) AS 6"},
    {"fvm_setting",
     "(n) AS NULL::VARCHAR, (n, m) AS NULL::VARCHAR"},  // what current_setting(a column) becomes
    {"pg_table_size",
     "(o) AS coalesce((SELECT fvm_r.bytes FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), 0)"},
    {"pg_relation_size",
     "(o) AS coalesce((SELECT fvm_r.bytes FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), 0), (o, "
     "f) AS "
     "coalesce((SELECT fvm_r.bytes FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), 0)"},
    {"pg_total_relation_size",
     "(o) AS coalesce((SELECT fvm_r.bytes FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), 0)"},
    {"pg_database_size",
     "(d) AS coalesce((SELECT sum(fvm_r.bytes) FROM fvm_catalog.fvm_relations fvm_r), 0)"},
    {"pg_size_pretty",
     "(b) AS CASE WHEN b < 10240 THEN b || ' bytes' WHEN b < 10485760 THEN round(b / 1024)::BIGINT || ' kB' "
     "WHEN b < "
     "10737418240 THEN round(b / 1048576)::BIGINT || ' MB' ELSE round(b / 1073741824)::BIGINT || ' GB' END"},
    {"col_description",
     "(o, c) AS (SELECT fvm_a.fvm_comment FROM fvm_catalog.pg_attribute fvm_a WHERE fvm_a.attrelid = o AND "
     "fvm_a.attnum = c)"},
    {"obj_description",
     "(o) AS (SELECT fvm_r.comment FROM fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o), (o, k) AS "
     "(SELECT fvm_r.comment FROM "
     "fvm_catalog.fvm_relations fvm_r WHERE fvm_r.oid = o)"},
    {"shobj_description", "(o, k) AS NULL::VARCHAR"},
    {"has_table_privilege", "(t, p) AS true, (u, t, p) AS true"},
    {"has_schema_privilege", "(s, p) AS true, (u, s, p) AS true"},
    {"has_database_privilege", "(d, p) AS true, (u, d, p) AS true"},
    {"has_column_privilege", "(t, c, p) AS true, (u, t, c, p) AS true"},
    {"has_function_privilege", "(f, p) AS true, (u, f, p) AS true"},
    {"pg_has_role", "(r, p) AS true, (u, r, p) AS true"},
    {"pg_is_in_recovery", "() AS false"},
    {"pg_is_other_temp_schema", "(o) AS false"},
    {"pg_my_temp_schema", "() AS 0"},
    {"pg_postmaster_start_time", "() AS NULL::TIMESTAMP"},
    {"txid_current", "() AS 1::BIGINT"},
    {"inet_server_addr", "() AS NULL::VARCHAR"},
    {"inet_client_addr", "() AS NULL::VARCHAR"},
    {"inet_server_port", "() AS NULL::INTEGER"},
    {"set_config", "(n, v, l) AS v"},
    {"quote_ident",
     "(n) AS CASE WHEN regexp_full_match(n, '[a-z_][a-z0-9_$]*') THEN n ELSE '\"' || replace(n, '\"', "
     "'\"\"') || '\"' "
     "END"},
    {"quote_literal", "(n) AS '''' || replace(n::VARCHAR, '''', '''''') || ''''"},
    {"array_upper", "(a, d) AS CASE WHEN len(a) = 0 THEN NULL ELSE len(a) END"},
    {"array_lower", "(a, d) AS CASE WHEN len(a) = 0 THEN NULL ELSE 1 END"},
    {"pg_try_advisory_lock", "(k) AS true"},
    {"pg_advisory_unlock", "(k) AS true"},
    {"regclass_oid",
     "(n) AS CASE WHEN regexp_full_match(n::VARCHAR, '[0-9]+') THEN n::BIGINT ELSE (SELECT "
     "arg_min(fvm_r.oid, CASE WHEN fvm_r.temporary THEN 0 ELSE "
     "coalesce(list_position(current_schemas(false), "
     "fvm_r.schema), 0) END) FROM "
     "fvm_catalog.fvm_relations fvm_r JOIN fvm_catalog.pg_namespace fvm_s ON fvm_s.oid = fvm_r.namespace "
     "WHERE replace(n::VARCHAR, "
     "'\"', '') IN (fvm_s.nspname || '.' || fvm_r.name) OR (replace(n::VARCHAR, '\"', '') = fvm_r.name AND "
     "(fvm_r.temporary OR "
     "list_contains(current_schemas(false), fvm_r.schema)))) END"},
    {"regclass_name",
     "(o) AS coalesce((SELECT CASE WHEN fvm_r.temporary OR list_contains(current_schemas(false), "
     "fvm_r.schema) THEN fvm_r.name "
     "ELSE fvm_r.schema || '.' || fvm_r.name END FROM fvm_catalog.fvm_relations fvm_r WHERE "
     "fvm_r.oid::VARCHAR = o::VARCHAR), "
     "o::VARCHAR)"},
    {"to_regclass", "(n) AS fvm_catalog.regclass_oid(n)"},
    {"regtype_oid",
     "(n) AS CASE WHEN regexp_full_match(n::VARCHAR, '[0-9]+') THEN n::BIGINT ELSE (SELECT fvm_y.oid FROM "
     "fvm_catalog.fvm_types fvm_y WHERE lower(n) IN (fvm_y.typname, fvm_y.sqlname)) END"},
    {"regtype_name",
     "(o) AS coalesce((SELECT fvm_y.sqlname FROM fvm_catalog.fvm_types fvm_y WHERE fvm_y.oid = o), '-')"},
    {"regnamespace_oid",
     "(n) AS (SELECT fvm_s.oid FROM fvm_catalog.pg_namespace fvm_s WHERE fvm_s.nspname = n)"},
    {"regnamespace_name",
     "(o) AS (SELECT fvm_s.nspname FROM fvm_catalog.pg_namespace fvm_s WHERE fvm_s.oid = o)"},
};

}  // namespace

std::span<const Macro> postgres_macros() {
  return list;
}

}  // namespace fvm::runner
