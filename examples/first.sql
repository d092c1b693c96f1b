-- A first look at a dataset in DuckDB, on the Parquet files as they are: duckdb < examples/first.sql
-- (In a database made by `zhengju export output --to duckdb`: the same with panel for 'output/panel.parquet'.)

-- One indicator over agencies and years 按单位和年度
SELECT agency, year, expenditure
FROM 'output/panel.parquet'
WHERE expenditure IS NOT NULL
ORDER BY agency_id, year;

-- From a number to its words 数值出处
SELECT c.agency, c.year, c.value, m.quote, m.sentence, m.source, m.start
FROM 'output/cells.parquet' AS c
JOIN 'output/mentions.parquet' AS m USING (mention_id)
WHERE c."column" = 'recovered_funds'
ORDER BY c.agency_id, c.year;

-- Why cells are empty 为何缺失
SELECT reason, count(*) AS cells
FROM 'output/cells.parquet'
WHERE reason IS NOT NULL
GROUP BY reason
ORDER BY cells DESC;
