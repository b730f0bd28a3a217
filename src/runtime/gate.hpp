// Who is inside a handle: so that close can refuse, wait, and notice that it is called from a callback.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace purser::runtime {

class Gate {
 public:
  /// One verb's stay. Throws closed.
  class Visit {
   public:
    explicit Visit(Gate &gate) : gate_(gate) { gate_.enter(); }
    ~Visit() { gate_.leave(); }
    Visit(const Visit &) = delete;
    Visit &operator=(const Visit &) = delete;

   private:
    Gate &gate_;
  };

  /// This thread is in a verb: whatever it calls now, it calls from a callback.
  bool inside() const;
  /// ok: refuses from now on. busy: somebody closes already.
  Status close();
  void wait_until_empty();

 private:
  void enter();
  void leave() noexcept;

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::vector<std::thread::id> visitors_;  ///< a thread stands in it once per nested verb
  bool closing_ = false;
};

Failure closed_failure();
Failure forked_failure();

}  // namespace purser::runtime
