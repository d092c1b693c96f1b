* A first look at a dataset in Stata: do examples/first.do
* Made by: zhengju export output --to stata
* The .dta are of version 118: Stata 14 or newer. Missing numbers are ., missing text is "".

version 14
args folder
if "`folder'" == "" local folder "output-stata"

use "`folder'/panel.dta", clear
describe, short
describe expenditure enrollees recovered_funds

* One row for each agency and year 每单位每年一行
isid agency_id year
xtset agency_num year
list agency year expenditure if !missing(expenditure), sepby(agency) noobs

* Growth against the year before, from the levels 由水平值计算增长率
generate double growth = 100 * (expenditure / L.expenditure - 1)
label variable growth "支出合计较上年增长（%）"
summarize growth

* Why cells are empty, and where a number comes from 缺失原因与出处
use "`folder'/cells.dta", clear
tabulate reason
list agency year value quote source if column == "expenditure" & !missing(value), noobs
