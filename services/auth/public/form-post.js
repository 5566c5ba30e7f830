// Sends the answer on to the app; where scripts are off, the person presses the button.
document.forms[0].submit()
