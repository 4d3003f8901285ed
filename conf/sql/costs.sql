-- What each job has cost so far, and what a kept row cost.
SELECT job, count(*) AS runs, sum(rows_in) AS rows_in, sum(rows_kept) AS rows_kept, round(sum(seconds), 1) AS seconds,
       round(sum(cpu_seconds), 1) AS cpu_seconds, round(sum(gpu_seconds), 1) AS gpu_seconds,
       sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out, round(sum(money), 6) AS money,
       CASE WHEN sum(rows_kept) > 0 THEN sum(money) / sum(rows_kept) END AS money_per_kept_row, max(currency) AS currency
FROM runs WHERE status = 'succeeded' GROUP BY job
