#include "engine/impl.hpp"

namespace purser::engine {

void Engine::Impl::secrets_set(std::string_view endpoint, std::vector<std::string> secrets) {
  auto fresh = std::make_shared<const stripe::Secrets>(secrets);  // throws before anything is replaced
  for (std::string &secret : secrets) wipe(secret);
  const std::lock_guard lock(secrets_mutex_);
  secrets_[std::string(endpoint)] = std::move(fresh);
}

}  // namespace purser::engine
