// libpq as a table of functions, found at run time: a host that keeps its store in SQLite needs no libpq.
#pragma once
#include <libpq-fe.h>

#include <memory>

namespace purser::adapters {

/// Declared with libpq's own types, so that a signature cannot drift. All exist since PostgreSQL 12's libpq.
struct Libpq {
  decltype(&::PQconninfoParse) conninfo_parse;
  decltype(&::PQconndefaults) conndefaults;
  decltype(&::PQconninfoFree) conninfo_free;
  decltype(&::PQconnectdbParams) connect;
  decltype(&::PQfinish) finish;
  decltype(&::PQstatus) status;
  decltype(&::PQtransactionStatus) transaction_status;
  decltype(&::PQerrorMessage) error_message;
  decltype(&::PQlibVersion) version;
  decltype(&::PQsetNoticeProcessor) set_notice_processor;
  decltype(&::PQexec) exec;
  decltype(&::PQprepare) prepare;
  decltype(&::PQdescribePrepared) describe_prepared;
  decltype(&::PQdescribePortal) describe_portal;
  decltype(&::PQsendQuery) send_query;
  decltype(&::PQsendQueryPrepared) send_query_prepared;
  decltype(&::PQsetSingleRowMode) set_single_row_mode;
  decltype(&::PQgetResult) get_result;
  decltype(&::PQconsumeInput) consume_input;
  decltype(&::PQnotifies) notifies;
  decltype(&::PQfreemem) free_memory;
  decltype(&::PQclear) clear;
  decltype(&::PQresultStatus) result_status;
  decltype(&::PQresultErrorField) error_field;
  decltype(&::PQcmdStatus) command;
  decltype(&::PQcmdTuples) command_rows;
  decltype(&::PQnparams) parameters;
  decltype(&::PQntuples) rows;
  decltype(&::PQnfields) columns;
  decltype(&::PQfname) column_name;
  decltype(&::PQftype) column_type;
  decltype(&::PQgetvalue) value;
  decltype(&::PQgetlength) length;
  decltype(&::PQgetisnull) is_null;
};

/// Throws unsupported (store_no_libpq) with the fix.
const Libpq &libpq();

struct ClearResult {
  void operator()(PGresult *result) const noexcept { libpq().clear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

}  // namespace purser::adapters
