"""Results of a rescoring as people read them: workbook, page, sample for on-site review, supervision, campaigns."""
