-- A row in every table of revision 0001.
INSERT INTO accounts VALUES ('checkout', 'checkout', 'test', 'PAYLINK_CHECKOUT_');
INSERT INTO destinations (id, chat, team, channel, thread, private, lane, language, root, gone) VALUES
  (1, 'slack', 'T1', 'C0SALES', NULL, 0, 'slack:T1:C0SALES', 'en', '17.1', 0),
  (5, 'slack', 'T1', 'C0QUIET', '17.2', 0, 'slack:T1:C0QUIET', 'de', NULL, 1);
INSERT INTO inbox (id, kind, account_id, key, stripe, body, received_at, state, trouble) VALUES
  (7, 'webhook', 'checkout', 'evt_1', 3, x'7b7d', '2026-11-21 09:00:00.000000', 'waiting', NULL),
  (8, 'webhook', 'checkout', 'evt_2', 3, x'7b7d', '2026-11-21 09:00:00.000000', 'failed', 'KeyError');
INSERT INTO people VALUES ('telegram', '', '1001', 'Alice', 'de', '2026-11-21 09:00:00.000000');
INSERT INTO rate_buckets VALUES ('slack:T1:C0SALES', '2026-11-21 09:05:00.123456');
INSERT INTO drafts VALUES ('PL0123456789AB', 'confirmed', 'slack', 'T1', 'U0ALICE', 'Alice', 1, 'checkout', 1, 4,
  '{"amount": "49.90 EUR"}', '{}', 0, '{}', '2026-11-28 09:00:00.000000');
INSERT INTO links (id, account_id, public_token, state, closed, amount_minor, currency, uses, description,
  customer_name, customer_email, customer_phone, customer_country, creator_chat, creator_team, creator_user,
  creator_name, destination_id, created_at, expires_at, trouble, retry_at, version) VALUES
  ('PL0123456789AB', 'checkout', '00000000000000000000000000000000', 'closed', 'paid', 4990, 'EUR', 1, 'Invoice 12', 'Jane',
   'jane@example.com', NULL, 'DE', 'slack', 'T1', 'U0ALICE', 'Alice', 1, '2026-11-21 09:00:00.000000', '2026-11-28 09:00:00.000000', NULL, NULL, 3),
  ('PLOPEN', 'checkout', '11111111111111111111111111111111', 'open', NULL, 100, 'JPY', 1, NULL, NULL, NULL, NULL, 'JP',
   'slack', 'T1', 'U0ALICE', 'Alice', 5, '2026-11-21 09:00:00.000000', '2026-11-28 09:00:00.000000', NULL, NULL, 2),
  ('PLNEW', 'checkout', '22222222222222222222222222222222', 'creating', NULL, 100, 'JPY', 1, NULL, NULL, NULL, NULL, 'JP',
   'slack', 'T1', 'U0ALICE', 'Alice', 1, '2026-11-21 09:00:00.000000', '2026-11-28 09:00:00.000000', '{"key": "busy"}', '2026-11-21 09:05:00.123456', 1);
INSERT INTO outbox (id, say, subject, once, destination_id, lane, key, params, state, wanted, attempts,
  not_before) VALUES
  (9, 'reply', 'PL0123456789AB', 'pay_1:captured', 1, 'slack:T1:C0SALES', 'paid', '{"paid": "4990 EUR"}', 'owed', 1, 0,
   '2026-11-21 09:00:00.000000'),
  (10, 'reply', 'PL0123456789AB', 'pay_0:declined', 1, 'slack:T1:C0SALES', 'declined', '{}', 'said', 1, 1, '2026-11-21 09:00:00.000000');
INSERT INTO events VALUES ('checkout', 'evt_1', 7, 'PL0123456789AB', 'captured', 'payment_captured', 'pay_1', 'PL0123456789AB',
  4990, 'EUR', '2026-11-21 09:05:00.123456');
INSERT INTO payments (id, account_id, provider_payment_id, link_id, currency, captured_currency, authorised,
  captured, refunded, disputed, authorised_at, captured_at, declined_at, method, bank_reference, reason) VALUES
  (1, 'checkout', 'pay_0', 'PL0123456789AB', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 09:00:00.000000', NULL, NULL, 'No'),
  (2, 'checkout', 'pay_1', 'PL0123456789AB', 'EUR', 'EUR', 4990, 4990, NULL, NULL, '2026-11-21 09:00:00.000000', '2026-11-21 09:05:00.123456', NULL, 'Visa', 'ARN',
   NULL),
  (3, 'checkout', 'pay_2', 'PL0123456789AB', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-21 09:05:00.123456', NULL, NULL, NULL, NULL),
  (4, 'checkout', 'pay_3', 'PL0123456789AB', 'EUR', 'EUR', 4990, 4990, 1000, 500, NULL, '2026-11-21 09:05:00.123456', NULL, NULL, NULL, NULL);
INSERT INTO provider_links VALUES ('PL0123456789AB', 1, 'checkout', 'PL0123456789AB', 'orphan', 4990, 'EUR', NULL, NULL, NULL, NULL),
  ('PL0123456789AB', 2, 'checkout', 'PL0123456789AB-2', 'open', 4990, 'EUR', 'pl_1', 'https://pay.test/1', '2026-11-28 09:00:00.000000', NULL);
