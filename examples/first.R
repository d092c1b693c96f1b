# A first look at a dataset in R: Rscript examples/first.R [FOLDER OF CSV]
# Made by: zhengju export output --to csv          (base R is enough)

args <- commandArgs(trailingOnly = TRUE)
folder <- if (length(args)) args[1] else "output-csv"

# Types as the codebook says: codes stay text, also where they look like numbers 代码保持文本
# (R below 4.2 on Windows, or a C locale: run in a UTF-8 locale to see Chinese.)
read_text <- function(name) {
  read.csv(file.path(folder, name), fileEncoding = "UTF-8-BOM", colClasses = "character",
           na.strings = NULL, check.names = FALSE)
}
book <- read_text("codebook.csv")
read_table <- function(table) {
  data <- read_text(paste0(table, ".csv"))
  types <- book$type[book$table == table]
  for (i in seq_along(data)) {
    text <- sub("^'(?=[-=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])", "", data[[i]], perl = TRUE) # put there for spreadsheets
    text[text == ""] <- NA
    data[[i]] <- switch(types[i],
      double = as.numeric(text), int16 = as.integer(text), int32 = as.integer(text),
      int64 = as.numeric(text), bool = text == "true", text)
    attr(data[[i]], "label") <- book$label_zh[book$table == table][i]
  }
  data
}

panel <- read_table("panel")
cat(attr(panel$expenditure, "label"), "\n")
print(panel[!is.na(panel$expenditure), c("agency_id", "agency", "year", "expenditure")])

# Why cells are empty 为何缺失
cells <- read_table("cells")
print(table(cells$reason))
