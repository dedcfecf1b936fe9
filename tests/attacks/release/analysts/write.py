"""Result files as analysts of registers write them, of many fields and programs; no person is in them. /usr/bin/python3 write.py FOLDER"""
import paper_workbooks
import papers
import registers
import tabbed
import welfare
import workbooks

for part in (papers, paper_workbooks, registers, welfare, tabbed, workbooks):  # workbooks.py draws on where tabbed.py ends
    part.write()
