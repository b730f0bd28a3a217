// Catch2 2.13 and 3 spell their headers differently; tests include this file and nothing of Catch2's own.
#pragma once
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
