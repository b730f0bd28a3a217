/* The first program: a signed subscription event goes in, an access decision comes out. It needs no Stripe account.
 *   cc first.c $(pkg-config --cflags --libs purser libcrypto) && ./a.out ../catalog.json   (OpenSSL only plays Stripe here) */
#include <openssl/hmac.h>
#include <purser.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const secret = "whsec_of_the_first_program"; /* Stripe shows yours beside the webhook endpoint */

/* What Stripe sends when acct_42 subscribes, and its Stripe-Signature header. The checkout wrote the account into the metadata. */
static void play_stripe(char *body, size_t body_size, char *header, size_t header_size) {
  const long long now = (long long)time(NULL);
  unsigned char mac[32];
  char text[2200];
  snprintf(body, body_size,
           "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"customer.subscription.created\",\"created\":%lld,\"livemode\":false,"
           "\"data\":{\"object\":{\"id\":\"sub_1\",\"object\":\"subscription\",\"customer\":\"cus_1\",\"status\":\"active\","
           "\"metadata\":{\"purser_account\":\"acct_42\"},\"items\":{\"object\":\"list\",\"data\":[{\"id\":\"si_1\","
           "\"quantity\":1,\"price\":{\"id\":\"price_1\",\"lookup_key\":\"ultralead_full_month\"},"
           "\"current_period_start\":%lld,\"current_period_end\":%lld}]}}}}",
           now, now, now + 30 * 86400);
  snprintf(text, sizeof text, "%lld.%s", now, body);
  HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)text, strlen(text), mac, NULL);
  size_t at = (size_t)snprintf(header, header_size, "t=%lld,v1=", now);
  for (int i = 0; i < 32; i++, at += 2) snprintf(header + at, header_size - at, "%02x", mac[i]);
}

int main(int count, char **words) {
  const purser_config config = {PURSER_CONFIG,
                                .store = "sqlite::memory:", /* a file in production: "sqlite:purser.db" */
                                .mode = "test",
                                .catalog = count > 1 ? words[1] : "catalog.json", /* which price buys which tier */
                                .webhook_secrets = &secret,
                                .webhook_secrets_count = 1};
  const purser_webhook_receive_out *receipt;
  purser_handle *p;
  purser_error *error;
  char body[2048], header[128];
  if (purser_open(&config, &p, &error) != PURSER_OK) {
    fprintf(stderr, "%s\n", error->message);
    purser_free(error);
    return 1;
  }
  printf("before: %d\n", purser_check(p, "acct_42", "crm"));

  /* Your webhook route: hand over the raw body and the header, answer with http_status. The receipt is there on every path. */
  play_stripe(body, sizeof body, header, sizeof header);
  const purser_webhook_receive_in request = {PURSER_IN(purser_webhook_receive_in), .body = body, .body_size = strlen(body),
                                             .signature = header};
  purser_webhook_receive(p, &request, &receipt, NULL);
  printf("delivered: %s, answer Stripe with %d\n", purser_outcome_name(receipt->outcome), (int)receipt->http_status);
  purser_free(receipt);

  /* Your other routes: may this account do this? Decided in memory. */
  printf("crm: %d\n", purser_check(p, "acct_42", "crm"));
  printf("ultralead: %s\n", purser_tier(p, "acct_42", "ultralead"));
  purser_close(p);
  return 0;
}
