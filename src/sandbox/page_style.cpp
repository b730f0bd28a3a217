#include "sandbox/page_html.hpp"

namespace purser::sandbox::html {

const std::string_view style = R"css(
:root {
  color-scheme: light dark;
  --back: #f4f5f7; --sheet: #ffffff; --ink: #1a1f2b; --soft: #5a6372; --line: #d8dce3; --accent: #1f4fd8; --on-accent: #ffffff;
  --good: #12683b; --good-back: #e3f5ea; --bad: #a3191f; --bad-back: #fdeaea; --warn: #5c4300; --warn-back: #ffe9a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12151b; --sheet: #1b2029; --ink: #eceff4; --soft: #a4adbb; --line: #343c4a; --accent: #8fb0ff; --on-accent: #0d1830;
    --good: #8fe0b2; --good-back: #14301f; --bad: #ffb0b0; --bad-back: #3a191b; --warn: #ffe08a; --warn-back: #3a2f0d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: break-word; }
.banner { margin: 0; padding: .4rem 1rem; text-align: center; font-size: .9rem; background: var(--warn-back); color: var(--warn); }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.125rem; margin: 0 0 .5rem; }
p { margin: 0 0 .75rem; }
.soft { color: var(--soft); }
.small { font-size: .9rem; }
.columns { display: grid; gap: 1.25rem; }
@media (min-width: 52rem) { .columns { grid-template-columns: 1fr 1fr; gap: 2rem; align-items: start; } }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 0 0 1.25rem; }
.columns > .sheet { margin: 0; }
.narrow { max-width: 34rem; margin: 2rem auto; }
.amount { font-size: 2rem; font-weight: 650; line-height: 1.2; margin: 0 0 .25rem; }
.lines { list-style: none; margin: 1rem 0 0; padding: 0; }
.lines li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
.lines span:last-child { text-align: right; white-space: nowrap; }
.total { font-weight: 650; }
label, legend { display: block; font-weight: 600; margin: 0 0 .25rem; padding: 0; }
.field { margin: 0 0 1rem; }
input[type=email], input[type=text], input[type=number], select { width: 100%; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--soft); border-radius: .5rem; padding: .6rem .7rem; min-height: 2.75rem; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; min-width: 0; }
.choice { display: flex; gap: .6rem; align-items: center; font-weight: 400; padding: .5rem .6rem; margin: 0 0 .4rem; border: 1px solid var(--line); border-radius: .5rem; min-height: 2.75rem; cursor: pointer; }
.choice input { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); flex: none; }
button, .button { display: inline-block; font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; border-radius: .5rem; padding: .6rem 1rem; min-height: 2.75rem; border: 1px solid var(--soft); background: var(--sheet); color: var(--ink); }
button.main, .button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { border-color: var(--bad); color: var(--bad); }
button:hover, .button:hover { filter: brightness(.95); }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 0; }
.stack { display: grid; gap: .6rem; margin: 0 0 1rem; }
a { color: var(--accent); }
a.button { color: var(--ink); }
a.button.main { color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { padding: .7rem .9rem; border-radius: .5rem; background: var(--warn-back); color: var(--warn); margin: 0 0 1rem; }
.notice.good { background: var(--good-back); color: var(--good); }
.notice.bad { background: var(--bad-back); color: var(--bad); }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .25rem 1rem; margin: 0 0 .35rem; }
.state { font-size: .85rem; font-weight: 600; border-radius: 1rem; padding: .1rem .7rem; background: var(--warn-back); color: var(--warn); white-space: nowrap; }
.state.good { background: var(--good-back); color: var(--good); }
.state.bad { background: var(--bad-back); color: var(--bad); }
details { border-top: 1px solid var(--line); padding: .75rem 0 0; margin: .75rem 0 0; }
summary { cursor: pointer; font-weight: 600; min-height: 2rem; border-radius: .25rem; }
details form { margin: .75rem 0 0; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .5rem .5rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th { white-space: nowrap; font-size: .85rem; color: var(--soft); border-top: 0; }
td.number, th.number { text-align: right; padding-right: 0; white-space: nowrap; }
)css";

}  // namespace purser::sandbox::html
