#include "adapters/postgres/libpq.hpp"

#include <dlfcn.h>

#include <string>

#include "base/error.hpp"

namespace purser::adapters {
namespace {

constexpr const char *library = "libpq.so.5";  // the same since PostgreSQL 8.0

Failure unusable(const std::string &cause) {
  return {Status::unsupported, "store_no_libpq",
          "a PostgreSQL store needs libpq, found none that can be used (" + cause +
              "); install it (Debian, Ubuntu: libpq5; Fedora, RHEL: libpq; Alpine: libpq), or use sqlite:PATH",
          "store"};
}

Libpq load() {
  // Never closed: libpq's own libraries leave threads' data and exit handlers behind.
  void *handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw unusable(std::string("the system says: ") + ::dlerror());
  Libpq pq{};
  const auto take = [&](auto &function, const char *name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(handle, name));
    if (!function) throw unusable(std::string(library) + " has no " + name);
  };
  take(pq.conninfo_parse, "PQconninfoParse");
  take(pq.conndefaults, "PQconndefaults");
  take(pq.conninfo_free, "PQconninfoFree");
  take(pq.connect, "PQconnectdbParams");
  take(pq.finish, "PQfinish");
  take(pq.status, "PQstatus");
  take(pq.transaction_status, "PQtransactionStatus");
  take(pq.error_message, "PQerrorMessage");
  take(pq.version, "PQlibVersion");
  take(pq.set_notice_processor, "PQsetNoticeProcessor");
  take(pq.exec, "PQexec");
  take(pq.prepare, "PQprepare");
  take(pq.describe_prepared, "PQdescribePrepared");
  take(pq.describe_portal, "PQdescribePortal");
  take(pq.send_query, "PQsendQuery");
  take(pq.send_query_prepared, "PQsendQueryPrepared");
  take(pq.set_single_row_mode, "PQsetSingleRowMode");
  take(pq.get_result, "PQgetResult");
  take(pq.consume_input, "PQconsumeInput");
  take(pq.notifies, "PQnotifies");
  take(pq.free_memory, "PQfreemem");
  take(pq.clear, "PQclear");
  take(pq.result_status, "PQresultStatus");
  take(pq.error_field, "PQresultErrorField");
  take(pq.command, "PQcmdStatus");
  take(pq.command_rows, "PQcmdTuples");
  take(pq.parameters, "PQnparams");
  take(pq.rows, "PQntuples");
  take(pq.columns, "PQnfields");
  take(pq.column_name, "PQfname");
  take(pq.column_type, "PQftype");
  take(pq.value, "PQgetvalue");
  take(pq.length, "PQgetlength");
  take(pq.is_null, "PQgetisnull");
  return pq;
}

}  // namespace

const Libpq &libpq() {
  static const Libpq table = load();  // tried again when it failed: somebody may have installed it meanwhile
  return table;
}

}  // namespace purser::adapters
