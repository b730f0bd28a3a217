#include "domain/catalog_currency.hpp"

namespace purser::domain::catalog {
namespace {

/// ISO 4217 list one, without funds, metals and test codes; beside it bgn, hrk, sll and zwl, which old prices may still carry.
constexpr std::string_view codes =
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf clp cny cop crc cup "
    "cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr iqd irr isk jmd jod "
    "jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio "
    "nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sll sos srd ssp stn svc syp szl thb "
    "tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ved ves vnd vuv wst xaf xcd xcg xof xpf yer zar zmw zwg zwl ";

}  // namespace

bool is_currency(std::string_view code) {
  if (code.size() != 3) return false;
  const std::size_t at = codes.find(code);
  return at != std::string_view::npos && at % 4 == 0 && code.find(' ') == std::string_view::npos;
}

}  // namespace purser::domain::catalog
