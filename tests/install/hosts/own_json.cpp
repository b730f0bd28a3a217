// The host's own Boost.JSON, compiled from its sources: every symbol that Purser's copy has too.
#include <boost/json/src.hpp>
#include <string>

std::string json_round_trip(const std::string &text) { return boost::json::serialize(boost::json::parse(text)); }
