#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::PolicyApplied run(runtime::Runtime &runtime, const purser_catalog_apply_in &in) {
  if (!in.path == !in.text)
    throw Failure(Status::invalid, "argument_missing", "expected exactly one of path and text, found none or both; pass one",
                  in.path ? "text" : "path");
  if (in.path) return runtime.catalog_apply_file(in.path, in.source_name ? in.source_name : in.path);
  return runtime.catalog_apply(bytes(in.text, in.text_size), in.source_name ? in.source_name : "catalog");
}

engine::CatalogListed run(runtime::Runtime &runtime, const purser_catalog_read_in &) { return runtime.engine().catalog_read(); }

}  // namespace purser::capi
