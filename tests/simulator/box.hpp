// The sandbox as Stripe, with all of its options: purser_sandbox.hpp where that has them, the C header where it has not.
#pragma once
#include <purser_sandbox.h>
#include <memory>
#include <purser.hpp>
#include <string>

#include "json.hpp"

namespace purser::simulator {

class Box {
 public:
  explicit Box(purser_sandbox_options options) {
    options.struct_size = sizeof options;
    purser_sandbox *made = nullptr;
    run([&](purser_error **error) { return purser_sandbox_open_with(&options, &made, error); });
    box_.reset(made);
  }
  purser_sandbox *get() const { return box_.get(); }
  template <class Function, class... Given>
  void call(Function function, Given... given) const {
    run([&](purser_error **error) { return function(box_.get(), given..., error); });
  }

  std::int64_t now_ms() const { return purser_sandbox_now_ms(box_.get()); }
  void advance(std::int64_t duration_ms) const { call(purser_sandbox_advance, duration_ms); }
  void pay(const std::string &session) const { call(purser_sandbox_pay, session.c_str()); }
  void decline(const std::string &session) const { call(purser_sandbox_decline, session.c_str()); }
  void abandon(const std::string &session) const { call(purser_sandbox_abandon, session.c_str()); }
  void cancel(const std::string &subscription, bool at_period_end) const {
    call(purser_sandbox_cancel, subscription.c_str(), at_period_end ? 1 : 0);
  }
  void resume(const std::string &subscription) const { call(purser_sandbox_resume, subscription.c_str()); }
  void swap(const std::string &subscription, const std::string &price, std::int64_t quantity = 0) const {
    call(purser_sandbox_swap, subscription.c_str(), price.empty() ? nullptr : price.c_str(), quantity);
  }
  void card(const std::string &customer, std::int32_t card) const { call(purser_sandbox_card, customer.c_str(), card); }
  /// Events that wait are no longer the sandbox's to deliver: the simulator's post has them.
  void forget_waiting() const {
    purser_sandbox_delivery all{};
    all.struct_size = sizeof all;
    all.drop_percent = 100;
    all.url = "http://127.0.0.1:1/";
    call(purser_sandbox_deliver_with, static_cast<purser_handle *>(nullptr), &all, static_cast<purser_sandbox_report *>(nullptr));
  }

  struct Answer {
    std::int32_t status = 0;
    json::Object object;
  };
  Answer ask(const std::string &method, const std::string &path, const std::string &form = {}) const {
    Answer answer;
    const char *body = nullptr;
    call(purser_sandbox_request, method.c_str(), path.c_str(), form.empty() ? nullptr : form.c_str(), &answer.status, &body);
    const std::unique_ptr<const char, Freed> owned(body);
    answer.object = json::read(body);
    return answer;
  }
  /// A GET or POST that must be 200. Throws std::runtime_error.
  json::Object get(const std::string &path) const { return done("GET", path, {}); }
  json::Object post(const std::string &path, const std::string &form) const { return done("POST", path, form); }
  /// All elements of a list, page after page, as Stripe lists them: newest first.
  json::Array all(const std::string &path) const;

 private:
  struct Closed {
    void operator()(purser_sandbox *box) const { purser_sandbox_close(box); }
  };
  template <class Call>
  static void run(const Call &call) {
    purser_error *error = nullptr;
    const purser_status status = call(&error);
    if (status != PURSER_OK) throw Error(status, error);
  }
  json::Object done(const std::string &method, const std::string &path, const std::string &form) const;
  std::unique_ptr<purser_sandbox, Closed> box_;
};

}  // namespace purser::simulator
